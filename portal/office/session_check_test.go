package office_test

import (
	"net/http"
	"strings"
	"testing"

	"cloudpocket/store"
)

// TestCheckSession asks as a proxy does that lets others through by the answer.
func TestCheckSession(t *testing.T) {
	w := newWorld(t)
	clerk, ended, off := w.add(t, "clerk", "x", store.PermitView), w.add(t, "ended", "x", store.PermitView), w.add(t, "off", "x", 0)
	signOut(t, ended)
	if _, err := w.setup.SwitchAccount(t.Context(), "firm", "off", store.AccountDisabled); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name   string
		p      *person
		status int
	}{
		{"signed in", clerk, http.StatusNoContent},
		{"signed out", ended, http.StatusUnauthorized},
		{"account switched off", off, http.StatusUnauthorized},
		{"no cookie", &person{world: w}, http.StatusUnauthorized},
		{"forged", &person{world: w, cookie: &http.Cookie{Name: "__Host-session", Value: strings.Repeat("A", 43)}}, http.StatusUnauthorized},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			rec := row.p.do(method, "/me/session", nil)
			if rec.Code != row.status || rec.Body.Len() != 0 || rec.Header().Get("Location") != "" {
				t.Errorf("%s: %s: %d %q, want %d", row.name, method, rec.Code, rec.Body, row.status)
			}
		}
	}
	w.now = w.now.AddDate(0, 0, 1)
	if rec := clerk.do("GET", "/me/session", nil); rec.Code != http.StatusUnauthorized {
		t.Errorf("after a day: %d", rec.Code)
	}
}
