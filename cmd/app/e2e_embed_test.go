package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/examples/parent"
	"cloudpocket/portal"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

// TestEmbeddedByABackEnd has the parent product's page ask for codes, and plays its frame: what suzuki is shown there, what
// nobody else is, and how it ends.
func TestEmbeddedByABackEnd(t *testing.T) {
	for name, servers := range map[string]bool{"SQLite": false, "PostgreSQL and Redis": true} {
		t.Run(name, func(t *testing.T) {
			s := startWith(t, func(c *app.Config) {
				c.PrivateIdPs = true // or an origin of this machine is none
				if servers {
					c.Redis, c.Database = interop.Redis(t), interop.Postgres(t)
				}
			})
			p := standIn(store.OIDC)(t, s)
			e := newEmbedding(t, s, p.idp)
			path := e.publish("賞与支払届の控え", "sakura-honsha")

			mine := e.opens("suzuki")
			if status, text := mine.get("/embed/at/deliveries"); status != http.StatusOK || !strings.Contains(text, "賞与支払届の控え") || strings.Contains(text, `class="menu"`) {
				t.Fatalf("%d: %s", status, text)
			}
			if status, text := mine.get("/embed/at" + path); status != http.StatusOK || !strings.Contains(text, "賞与支払届の控え") {
				t.Errorf("the document: %d %s", status, text)
			}
			theirs := e.opens("ito")
			if status, text := theirs.get("/embed/at" + path); status != http.StatusNotFound && status != http.StatusForbidden || strings.Contains(text, "賞与") {
				t.Errorf("another company's: %d %s", status, text)
			}
			stolen := *mine
			stolen.prover = ssotest.NewProver(t)
			if status, _ := stolen.get("/embed/at/deliveries"); status != http.StatusUnauthorized {
				t.Errorf("with another key: %d", status)
			}
			e.signOut("suzuki")
			if status, _ := mine.get("/embed/at/deliveries"); status != http.StatusUnauthorized {
				t.Errorf("after the sign-out at the parent: %d", status)
			}
			if status, _ := theirs.get("/embed/at/deliveries"); status != http.StatusOK {
				t.Errorf("somebody else, after it: %d", status)
			}
			check(t, s.setup.TurnClient(t.Context(), e.client.ID, false))
			if status, text := theirs.get("/embed/at/deliveries"); status == http.StatusOK {
				t.Errorf("while the client is switched off: %d %s", status, text)
			}
			e.wants(t, "ito", http.StatusBadGateway)
		})
	}
}

// embedding is a parent product whose page embeds the service.
type embedding struct {
	*service
	t       *testing.T
	idp     *parent.Parent
	client  store.APIClient
	cookies map[string]*http.Cookie // at the parent, by login
}

func newEmbedding(t *testing.T, s *service, idp *parent.Parent) *embedding {
	t.Helper()
	keys, err := idp.EmbedKeys()
	check(t, err)
	c, err := s.setup.AddClient(t.Context(), "aoba", portal.ClientDraft{Name: "HR", Keys: keys, Scopes: store.ScopeEmbed, Offices: store.OfficeScope{All: true}, Origins: []string{idp.URL("")}})
	check(t, err)
	check(t, idp.RegisterEmbed(parent.Embed{Service: s.url, Client: string(c.ID), Audience: "pocket"}))
	return &embedding{s, t, idp, c, map[string]*http.Cookie{}}
}

// publish hands a document out to an office and returns its address.
func (e *embedding) publish(title string, office store.ID) string {
	e.t.Helper()
	actor := portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "parent"}
	staged, err := e.Portal.Stage(e.t.Context(), actor, "hikae.txt", strings.NewReader("控え"))
	check(e.t, err)
	_, err = e.Portal.Publish(e.t.Context(), actor, portal.Draft{Title: title, Kind: "other", Offices: []store.ID{office}, Files: []portal.StagedFile{staged}, Deliver: true})
	check(e.t, err)
	var inbox store.List[store.InboxItem]
	check(e.t, e.Stores.Records.View(e.t.Context(), "aoba", func(tx store.Tx) (err error) {
		inbox, err = tx.Receipts().Inbox(e.t.Context(), "suzuki", store.InboxFilter{}, store.Page{})
		return err
	}))
	return "/deliveries/" + string(inbox.Items[0].DeliveryID)
}

// code asks the parent for one as the script of its page does.
func (e *embedding) code(t *testing.T, login string) (status int, code string) {
	t.Helper()
	if e.cookies[login] == nil {
		cookie, err := e.idp.SignIn(login, true)
		check(t, err)
		e.cookies[login] = cookie
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.idp.URL("/embed/code"), nil)
	check(t, err)
	r.AddCookie(e.cookies[login])
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := interop.Client().Do(r)
	check(t, err)
	defer res.Body.Close()
	var answer struct{ Code string }
	if res.StatusCode == http.StatusOK {
		check(t, json.NewDecoder(res.Body).Decode(&answer))
	}
	return res.StatusCode, answer.Code
}

func (e *embedding) wants(t *testing.T, login string, want int) {
	t.Helper()
	if status, _ := e.code(t, login); status != want {
		t.Errorf("the parent answers %d, want %d", status, want)
	}
}

// frame is the script of a frame that has a token.
type frame struct {
	*embedding
	prover *ssotest.Prover
	token  string
}

// opens has the page of login's get a code and its frame a token for it, which no second frame gets.
func (e *embedding) opens(login string) *frame {
	e.t.Helper()
	status, code := e.code(e.t, login)
	if status != http.StatusOK {
		e.t.Fatalf("no code for %s: %d", login, status)
	}
	f := &frame{embedding: e, prover: ssotest.NewProver(e.t)}
	body := map[string]string{"client": string(e.client.ID), "origin": e.idp.URL(""), "code": code}
	status, text := f.send(http.MethodPost, "/embed/token", body)
	var given struct {
		Token string `json:"access_token"`
		Type  string `json:"token_type"`
		Life  int    `json:"expires_in"`
	}
	if err := json.Unmarshal([]byte(text), &given); err != nil || status != http.StatusOK || given.Type != "DPoP" || given.Life != 600 || !strings.HasPrefix(given.Token, "cpe_") {
		e.t.Fatalf("no token: %d %s", status, text)
	}
	if status, text := (&frame{embedding: e, prover: ssotest.NewProver(e.t)}).send(http.MethodPost, "/embed/token", body); status == http.StatusOK || !strings.Contains(text, "invalid_grant") {
		e.t.Errorf("the same code again: %d %s", status, text)
	}
	f.token = given.Token
	return f
}

func (f *frame) get(path string) (int, string) {
	f.t.Helper()
	return f.send(http.MethodGet, path, nil)
}

func (f *frame) send(method, path string, body any) (int, string) {
	f.t.Helper()
	var payload io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		check(f.t, err)
		payload = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(f.t.Context(), method, f.url+path, payload)
	check(f.t, err)
	r.Header.Set("DPoP", f.prover.Proof(f.t, method, f.url+path, f.token, time.Now()))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if f.token != "" {
		r.Header.Set("Authorization", "DPoP "+f.token)
	}
	res, err := interop.Client().Do(r)
	check(f.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	check(f.t, err)
	return res.StatusCode, string(text)
}

// signOut has somebody sign out at the parent.
func (e *embedding) signOut(login string) {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodPost, e.idp.URL("/signout"), nil)
	check(e.t, err)
	r.AddCookie(e.cookies[login])
	res, err := interop.Client().Do(r)
	check(e.t, err)
	res.Body.Close()
	delete(e.cookies, login)
}
