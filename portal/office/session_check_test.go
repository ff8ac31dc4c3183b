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
	unheard := w.add(t, "unheard", "x", store.PermitView)
	switchOffUnheard(t, w, "unheard")
	for _, row := range []struct {
		name   string
		p      *person
		status int
	}{
		{"signed in", clerk, http.StatusNoContent},
		{"signed out", ended, http.StatusUnauthorized},
		{"account switched off where the sessions could not be told", unheard, http.StatusUnauthorized},
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

// switchOffUnheard disables an account in the records alone, as when the session store is away.
func switchOffUnheard(t *testing.T, w *world, id store.ID) {
	t.Helper()
	err := w.portal.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		a, err := tx.Accounts().Get(t.Context(), id)
		if err != nil {
			return err
		}
		a.State = store.AccountDisabled
		return tx.Accounts().Update(t.Context(), a)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestHeadIsNoView asks about a document's page without taking it.
func TestHeadIsNoView(t *testing.T) {
	w := newWorld(t)
	clerk := w.add(t, "clerk", "x", store.PermitView)
	_, delivery, _ := w.add(t, "boss", "", store.PermitAll).handOut(t)
	for _, step := range []struct {
		method string
		viewed bool
	}{{"HEAD", false}, {"GET", true}} {
		if rec := clerk.do(step.method, "/deliveries/"+string(delivery), nil); rec.Code != http.StatusOK {
			t.Errorf("%s: %d", step.method, rec.Code)
		}
		if r := w.receipt(t, "clerk", delivery); r.ViewedAt.IsZero() == step.viewed {
			t.Errorf("after %s viewed at %s", step.method, r.ViewedAt)
		}
	}
	if rec := clerk.do("HEAD", "/deliveries/"+string(store.NewID(w.now)), nil); rec.Code != http.StatusNotFound {
		t.Errorf("HEAD of nothing: %d", rec.Code)
	}
}
