package widget

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cloudpocket/portal/door"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

const (
	onceLife   = time.Minute
	maxOnce    = 4 << 10 // bytes of a request for an address
	onceLength = 43      // 256 bits as base64url
)

// errand is what an address with a secret is good for.
type errand struct {
	Path    string           `json:"path"` // in the portal
	Query   string           `json:"query"`
	Lang    string           `json:"lang"`
	Key     store.SessionKey `json:"key"` // of the session that asked for it
	Session store.ID         `json:"session"`
}

// give answers with an address that is good for one request, within a minute, for a page or a file that the frame's session may
// have: browsers send no token with downloads and nested frames.
func (wi *Widget) give(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	e, err := readErrand(w, r)
	if err != nil {
		return err
	}
	if !wi.router.Leads(e.Path) {
		return fmt.Errorf("no frame is shown what was asked for: %w", store.ErrNotFound)
	}
	e.Lang, e.Key, e.Session = route.Lang(r), v.Session.Key, v.Session.ID
	value, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write an errand: %w", err)
	}
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	secret := base64.RawURLEncoding.EncodeToString(b[:])
	if err := wi.Marks.Put(r.Context(), onceMark(secret), value, onceLife); err != nil {
		return fmt.Errorf("keep an errand: %w", err)
	}
	door.JSON(w, http.StatusOK, map[string]any{"url": oncePath + secret, "expires_in": int(onceLife / time.Second)})
	return nil
}

const oncePath = "/embed/once/"

// onceMark is under what an errand is kept: what is kept does not open anything.
func onceMark(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return "embed-once:" + hex.EncodeToString(sum[:])
}

// readErrand reads what r asks an address for.
func readErrand(w http.ResponseWriter, r *http.Request) (errand, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxOnce))
	if err != nil {
		return errand{}, store.Fail(store.Invalid, "error.form", "read what an address is asked for: %w", err)
	}
	e, ok := parseErrand(body)
	if !ok {
		return e, store.Fail(store.Invalid, "error.form", "what an address is asked for is no local path")
	}
	return e, nil
}

// parseErrand reads {"path": …}; false for what is not a path of ours, with or without a query.
func parseErrand(body []byte) (e errand, ok bool) {
	var asked struct {
		Path string `json:"path"`
	}
	if json.Unmarshal(body, &asked) != nil || !strings.HasPrefix(asked.Path, "/") || strings.HasPrefix(asked.Path, "//") {
		return e, false
	}
	u, err := url.Parse(asked.Path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Fragment != "" || u.RawPath != "" || !strings.HasPrefix(u.Path, "/") {
		return e, false
	}
	return errand{Path: u.Path, Query: u.RawQuery}, true
}

// spend answers a request to an address with a secret by what the address was given for, once. A request for the headers alone
// spends nothing.
func (wi *Widget) spend(w http.ResponseWriter, r *http.Request) error {
	e, s, err := wi.errand(r)
	var origins []string
	if err == nil {
		origins, err = wi.Portal.EmbedOrigins(r.Context(), s.Embed.ClientID)
	}
	if errors.Is(err, store.ErrNotFound) {
		return store.Fail(store.Expired, "error.embed_once", "%w", err)
	}
	if err != nil {
		return err
	}
	on := r.Clone(context.WithValue(r.Context(), onceKey{}, s))
	on.URL = &url.URL{Path: route.FramePrefix + e.Path, RawQuery: e.Query}
	on.Header.Set("Accept-Language", e.Lang)
	on.Header.Del("Accept")
	wi.router.Again(&nested{ResponseWriter: w, origins: origins}, on)
	return nil
}

// errand returns what r's secret is good for and the session that asked for it; ErrNotFound when it is good for nothing.
func (wi *Widget) errand(r *http.Request) (e errand, s store.Session, err error) {
	secret, take := route.Var(r, "secret"), wi.Marks.Take
	if len(secret) != onceLength {
		return e, s, fmt.Errorf("an address without such a secret: %w", store.ErrNotFound)
	}
	if r.Method == http.MethodHead {
		take = wi.Marks.Peek
	}
	value, err := take(r.Context(), onceMark(secret))
	if err != nil {
		return e, s, fmt.Errorf("find what an address is good for: %w", err)
	}
	if err := json.Unmarshal(value, &e); err != nil {
		return e, s, fmt.Errorf("read what an address is good for: %w", err)
	}
	s, err = wi.Kept.Find(r.Context(), e.Key)
	if err != nil {
		return e, s, fmt.Errorf("find the session of an address: %w", err)
	}
	if s.ID != e.Session || !s.Embedded() {
		return e, s, fmt.Errorf("session %s is not that of the address: %w", s.ID, store.ErrNotFound)
	}
	return e, s, nil
}

// onceKey is where the context of a request keeps the session that an address with a secret stands for.
type onceKey struct{}

// sessions finds those of requests with a token, and of those that an address with a secret was given for.
type sessions struct{ tokens door.Sessions }

func (f sessions) Current(r *http.Request) (store.Session, error) {
	if s, ok := r.Context().Value(onceKey{}).(store.Session); ok {
		return s, nil
	}
	return f.tokens.Current(r)
}

// nested lets the answer be framed by our own frame in pages of these origins, isolated ones too (HTML 7.1.4). A reader's click
// in it leads nowhere at the top, which is the partner's.
type nested struct {
	http.ResponseWriter
	origins []string
	begun   bool
}

func (w *nested) begin() {
	if w.begun {
		return
	}
	w.begun = true
	h := w.Header()
	h.Set("Content-Security-Policy", nestedPolicy(h.Get("Content-Security-Policy"), w.origins))
	h.Del("X-Frame-Options")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
}

// nestedPolicy is what a policy becomes when our frame in pages of these origins may show what it is for.
func nestedPolicy(policy string, origins []string) string {
	var kept []string
	for directive := range strings.SplitSeq(policy, ";") {
		if directive = strings.TrimSpace(directive); directive != "" && !strings.HasPrefix(directive, "frame-ancestors") {
			kept = append(kept, strings.ReplaceAll(directive, " allow-top-navigation-by-user-activation", ""))
		}
	}
	return strings.Join(append(kept, "frame-ancestors 'self' "+strings.Join(origins, " ")), "; ")
}

func (w *nested) WriteHeader(status int) {
	w.begin()
	w.ResponseWriter.WriteHeader(status)
}

func (w *nested) Write(p []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(p)
}

// ReadFrom keeps files going out by sendfile.
func (w *nested) ReadFrom(src io.Reader) (int64, error) {
	w.begin()
	return io.Copy(w.ResponseWriter, src)
}

// Unwrap lets http.ResponseController reach the writer below.
func (w *nested) Unwrap() http.ResponseWriter { return w.ResponseWriter }
