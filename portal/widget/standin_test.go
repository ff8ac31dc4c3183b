package widget

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// standIn answers the frame's script as the service does, with pages of its own and a clock that can be set. It holds what
// it was asked.
type standIn struct {
	t        testing.TB
	mux      *http.ServeMux
	pages    *page.Pages
	url      string
	partners []string // the origins that are registered

	mu       sync.Mutex
	off      time.Duration // that its clock is ahead of the machine's
	lasts    int           // seconds that a token lasts
	ends     int           // seconds until the sign-in ends; 0: not said
	tokens   map[string]bool
	proofs   map[string]bool
	asked    []string // "GET /deliveries"
	away     bool
	refusing string // the error of /embed/token
	coop     string // the popup's Cross-Origin-Opener-Policy
	digest   string // the challenge that the popup came with
	streams  map[chan string]bool
}

func newStandIn(t testing.TB) *standIn {
	t.Helper()
	p, err := page.New(page.Config{SignIn: "/sign-in", Start: func(store.ID, string) string { return "/" }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s := &standIn{t: t, pages: p, lasts: 600, tokens: map[string]bool{}, proofs: map[string]bool{}, streams: map[chan string]bool{}, mux: http.NewServeMux()}
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	s.mux.Handle(page.AssetPrefix, p.Assets)
	s.mux.HandleFunc(assetPrefix, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		a.ServeHTTP(w, r)
	})
	s.mux.HandleFunc("/embed.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		a.serve(w, r, "embed.js")
	})
	s.mux.HandleFunc("GET /embed/{client}", func(w http.ResponseWriter, r *http.Request) { s.frame(w, r, a) })
	s.mux.HandleFunc("GET /embed/embedder/popup", s.popup)
	s.mux.HandleFunc("POST /embed/token", s.token)
	s.mux.HandleFunc("POST /embed/renew", s.proven(func(w http.ResponseWriter, _ *http.Request) { s.set(func() { s.give(w, true) }) }))
	s.mux.HandleFunc("GET /embed/events", s.proven(s.events))
	s.mux.HandleFunc("POST /embed/once", s.proven(s.once))
	s.mux.HandleFunc("/embed/at/", s.proven(s.at))
	s.mux.HandleFunc("GET /embed/once/{secret}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="a.txt"`)
		w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
		fmt.Fprint(w, "downloaded")
	})
	s.url = interop.Serve(t, "pocket.localhost", http.HandlerFunc(s.serve))
	return s
}

func (s *standIn) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	w.Header().Set("Date", time.Now().Add(s.off).UTC().Format(http.TimeFormat))
	away := s.away
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	s.mu.Unlock()
	if away {
		panic(http.ErrAbortHandler)
	}
	s.mux.ServeHTTP(w, r)
}

func (s *standIn) count(asked string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, one := range s.asked {
		if strings.HasPrefix(one, asked) {
			n++
		}
	}
	return n
}

func (s *standIn) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *standIn) frame(w http.ResponseWriter, r *http.Request, a *assets) {
	origins, _ := json.Marshal(s.partners)
	routes := []string{"GET /deliveries", "GET /deliveries/{id}", "POST /deliveries/{id}/acknowledge", "GET /deliveries/{id}/files/{file}", "GET /search", "POST /desk/tray/review", "POST /desk/tray/discard"}
	all, _ := json.Marshal(routes)
	h := w.Header()
	h.Set("Content-Security-Policy", framePolicy+strings.Join(s.partners, " "))
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	err := s.pages.Frame(w, r, page.Frame{Client: store.ID(r.PathValue("client")), Origins: string(origins), Routes: string(all), Now: time.Now().Add(s.off).Unix(),
		Script: a.path("frame.js"), Style: a.path("frame.css")})
	if err != nil {
		s.t.Error(err)
	}
}

// token swaps "cpc_good" for a token.
func (s *standIn) token(w http.ResponseWriter, r *http.Request) {
	var asks struct{ Client, Origin, Code, Verifier string }
	if err := json.NewDecoder(r.Body).Decode(&asks); err != nil {
		s.t.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.prove(r, "") != "":
		refuse(w, http.StatusBadRequest, "invalid_dpop_proof")
	case s.refusing != "":
		refuse(w, http.StatusServiceUnavailable, s.refusing)
	case asks.Verifier == "" && asks.Code == "cpc_good", s.digest != "" && digest(asks.Verifier) == s.digest && (asks.Code == "cpc_popup" || asks.Code == "" && left(r)):
		s.give(w, asks.Verifier != "")
	default:
		refuse(w, http.StatusBadRequest, "invalid_grant")
	}
}

// left reports whether the popup's cookie comes.
func left(r *http.Request) bool {
	c, err := r.Cookie("__Host-embed")
	return err == nil && c.Value == "cpc_popup"
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (s *standIn) give(w http.ResponseWriter, renews bool) {
	token := fmt.Sprintf("cpe_%d", len(s.tokens))
	s.tokens[token] = true
	answer := map[string]any{"access_token": token, "token_type": "DPoP", "expires_in": s.lasts, "renews": renews}
	if s.ends > 0 {
		answer["ends_in"] = s.ends
	}
	json.NewEncoder(w).Encode(answer)
}

// popup gives a code to whoever opened it, and leaves it in a cookie.
func (s *standIn) popup(w http.ResponseWriter, r *http.Request) {
	s.set(func() { s.digest = r.URL.Query().Get("challenge") })
	http.SetCookie(w, &http.Cookie{Name: "__Host-embed", Value: "cpc_popup", Path: "/", MaxAge: 60, Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode})
	w.Header().Set("Cross-Origin-Opener-Policy", s.coop)
	fmt.Fprint(w, `<title>popup</title><script>opener?.postMessage({cloudpocket: 1, type: "popup-code", code: "cpc_popup"}, location.origin); if (opener) close()</script>`)
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":%q}`, code)
}

// prove says what is wrong with a request's proof (RFC 9449 4.3); its signature is judged elsewhere.
func (s *standIn) prove(r *http.Request, token string) string {
	parts := strings.Split(r.Header.Get("DPoP"), ".")
	if len(parts) != 3 {
		return "no proof"
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	var says struct {
		JTI, HTM, HTU, ATH string
		IAT                int64
	}
	if err != nil || json.Unmarshal(b, &says) != nil {
		return "no JWT"
	}
	ath := ""
	if token != "" {
		ath = digest(token)
	}
	age := time.Now().Add(s.off).Sub(time.Unix(says.IAT, 0))
	switch {
	case s.proofs[says.JTI]:
		return "proof twice"
	case says.HTM != r.Method || says.HTU != s.url+r.URL.Path || says.ATH != ath:
		return "proof of something else"
	case age > time.Minute || age < -time.Minute:
		return "old"
	}
	s.proofs[says.JTI] = true
	return ""
}

func (s *standIn) proven(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "DPoP ")
		s.mu.Lock()
		wrong := s.prove(r, token)
		known := s.tokens[token]
		s.mu.Unlock()
		if wrong != "" && wrong != "old" {
			s.t.Errorf("%s %s: %s", r.Method, r.URL.Path, wrong)
		}
		if wrong != "" || !known || r.Header.Get("Cookie") != "" {
			w.Header().Set("WWW-Authenticate", `DPoP error="invalid_token"`)
			refuse(w, http.StatusUnauthorized, "invalid_token")
			return
		}
		h(w, r)
	}
}

func (s *standIn) once(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, `{"url":"/embed/once/secret","expires_in":60}`)
}

func (s *standIn) events(w http.ResponseWriter, r *http.Request) {
	said := make(chan string, 10)
	s.set(func() { s.streams[said] = true })
	defer s.set(func() { delete(s.streams, said) })
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, "event: unread\ndata: {\"unread\":3,\"pending\":1}\n\n")
	for {
		http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			return
		case text, more := <-said:
			if !more {
				return
			}
			fmt.Fprint(w, text)
		}
	}
}

// say sends an event on every stream.
func (s *standIn) say(name, data string) {
	s.set(func() {
		for said := range s.streams {
			said <- "event: " + name + "\ndata: " + data + "\n\n"
		}
	})
}

// cut ends every stream without a word.
func (s *standIn) cut() {
	s.set(func() {
		for said := range s.streams {
			close(said)
			delete(s.streams, said)
		}
	})
}

// listed and opened are pages as the portal makes them.
const (
	listed = `<!doctype html><title>公文書 — Cloud Pocket</title><main id="main" tabindex="-1"><h1>公文書</h1><ul>%s</ul><p><a href="/desk/documents/x">ポータル</a></p></main>`
	opened = `<!doctype html><title>決定通知書</title><main id="main" tabindex="-1"><p class="way"><a href="/deliveries">一覧</a></p><h1>決定通知書</h1>%s
<form method="post" action="/deliveries/one/acknowledge"><button class="button primary">受領を確認する</button></form><a class="button" href="/deliveries/one/files/f" download>保存</a>
<form method="post" action="/desk/tray/review"><button id="discard" class="button" formaction="/desk/tray/discard">除く</button></form></main>`
)

func (s *standIn) at(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch path := strings.TrimPrefix(r.URL.Path, "/embed/at"); path {
	case "/deliveries":
		fmt.Fprintf(w, listed, strings.Repeat(`<li><a href="/deliveries/one">決定通知書</a></li>`, 40))
	case "/deliveries/one":
		fmt.Fprintf(w, opened, url.QueryEscape(r.URL.RawQuery))
	case "/deliveries/one/acknowledge":
		w.Header().Del("Content-Type")
		w.Header().Set("Embed-Location", "/deliveries/one?done=acknowledged")
		w.WriteHeader(http.StatusNoContent)
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<!doctype html><title>?</title><main><h1>見つかりません</h1></main>`)
	}
}

// partner serves a page of somebody else's, with an element of these attributes, and returns its URL.
func (s *standIn) partner(host, attributes, more string, header ...string) string {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, partnerPage, s.url, attributes, s.url, more)
	})
	origin := interop.Serve(s.t, host, h)
	return origin
}

const partnerPage = `<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>給与</title>
<body><h1>給与</h1><cloud-pocket src="%s" client="embedder" %s></cloud-pocket><script type="module">
import { mount } from "%s/embed.js";
window.mount = mount;
const one = (window.one = document.querySelector("cloud-pocket"));
window.told = [];
window.asked = 0;
window.code = "cpc_good";
window.watch = (one) => ["ready", "resize", "unread", "opened", "downloaded", "acknowledged", "expiring", "ended", "error"].forEach((name) =>
  one.addEventListener(name, ({ detail }) => told.push(name + " " + JSON.stringify(detail))));
watch(one);
%s
</script></html>`

// lane A as most partners have it.
const withCodes = `one.fetchEmbedCode = async () => { asked++; return code; };`
