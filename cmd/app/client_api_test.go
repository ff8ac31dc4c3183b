package app

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/portal/api"
	"cloudpocket/store"
)

// asks sends a request of the parent product's API to an instance; headers are names and values.
func (l *live) asks(t *testing.T, token, method, path, media, body string, headers ...string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+l.addr+api.BasePath+path, strings.NewReader(body))
	noError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", media)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	noError(t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	noError(t, err)
	answer := map[string]any{}
	if len(raw) > 0 {
		noError(t, json.Unmarshal(raw, &answer))
	}
	return res.StatusCode, answer
}

// TestParentProductsNight has a parent product come with its key, register whom it works for, and push on two instances what
// there is for them: what it sends many times under one key is there once.
func TestParentProductsNight(t *testing.T) {
	for name, servers := range map[string]bool{"SQLite": false, "PostgreSQL and Redis": true} {
		t.Run(name, func(t *testing.T) {
			c := testConfig(t)
			if servers {
				c.Redis, c.Database = interop.Redis(t), interop.Postgres(t)
			}
			here, there := listening(t, c, time.Now), listening(t, c, time.Now)
			here.staff(t)
			setup := portal.Setup{Portal: here.Portal, By: "test"}
			p := newPartner(t, setup, store.ScopePlaces|store.ScopeDocuments)
			_, token := here.tokenBy(t, p.assertion(t))
			expect := func(l *live, status int, method, path, media, body string) map[string]any {
				t.Helper()
				code, answer := l.asks(t, token, method, path, media, body)
				if code != status {
					t.Fatalf("%s %s is answered %d %v\n%s", method, path, code, answer, l.log)
				}
				return answer
			}
			expect(there, 201, "PUT", "/companies/aozora", asJSON, `{"name":"青空商事"}`)
			expect(here, 201, "PUT", "/companies/aozora/offices/honten", asJSON, `{"name":"本店"}`)
			pushed := expect(there, 201, "POST", "/packages?drop=night", asForm, names{"fresh": "a"}.fill(formOf()))
			again := expect(here, 201, "POST", "/packages?drop=night", asForm, names{"fresh": "a"}.fill(formOf()))
			if pushed["id"] != again["id"] {
				t.Errorf("sent again it is %v, was %v", again, pushed)
			}
			expect(here, 200, "GET", "/packages/"+pushed["id"].(string), "", "")
			document := here.race(t, there, token)
			if answer := expect(there, 200, "POST", "/documents/"+document+"/deliver", "", ""); answer["count"] != 1.0 {
				t.Errorf("delivered %v", answer)
			}
			noError(t, setup.TurnClient(t.Context(), p.id, false))
			expect(here, 403, "GET", "/companies", "", "")
		})
	}
}

// race sends a document to both instances at once, many times under one key, and returns its ID: there is one.
func (l *live) race(t *testing.T, there *live, token string) string {
	t.Helper()
	form := names{"fresh": "notice"}.fill(formOf("title", "通知書", "kind", "other", "office", "honten"))
	var mu sync.Mutex
	var work sync.WaitGroup
	made := map[string]int{}
	for i := range 8 {
		work.Go(func() {
			code, answer := []*live{l, there}[i%2].asks(t, token, "POST", "/documents", asForm, form, "Idempotency-Key", "one")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case code == http.StatusCreated:
				made[answer["id"].(string)]++
			case code != http.StatusConflict || answer["code"] != "error.idempotency_running":
				t.Errorf("answered %d %v", code, answer)
			}
		})
	}
	work.Wait()
	if len(made) != 1 {
		t.Fatalf("made were %v", made)
	}
	for id := range made {
		if code, answer := there.asks(t, token, "POST", "/documents", asForm, form, "Idempotency-Key", "one"); code != http.StatusCreated || answer["id"] != id {
			t.Errorf("later it is answered %d %v", code, answer)
		}
		return id
	}
	return ""
}
