package page

import (
	"net/http/httptest"
	"strings"
	"testing"

	"cloudpocket/store"
)

// TestPersonOff says who disabled somebody, and offers to keep out whom the directory did.
func TestPersonOff(t *testing.T) {
	pages := newPages(t)
	for _, row := range []struct {
		name            string
		state           store.AccountState
		dismissed       bool
		shows           string
		disable, enable bool
	}{
		{name: "active", state: store.AccountActive, shows: "停止する", disable: true},
		{name: "off by the firm", state: store.AccountDisabled, shows: "<dd>この事務所</dd>", enable: true},
		{name: "off by the directory", state: store.AccountDisabled, dismissed: true, shows: "<dd>IdP（SCIM連携）</dd>", disable: true, enable: true},
	} {
		v := personSeen(PersonLine{Account: store.Account{ID: "p", Name: "人", State: row.state, Dismissed: row.dismissed}}, 0)
		w := httptest.NewRecorder()
		if err := pages.Person(w, httptest.NewRequest("GET", "/admin/people/p", nil), staff(), v); err != nil {
			t.Fatal(err)
		}
		said := w.Body.String()
		if !strings.Contains(said, row.shows) {
			t.Errorf("%s: it does not say %s", row.name, row.shows)
		}
		for deed, want := range map[string]bool{"disable": row.disable, "enable": row.enable} {
			if strings.Contains(said, `action="/admin/people/p/`+deed+`"`) != want {
				t.Errorf("%s: %s is offered: %t", row.name, deed, !want)
			}
		}
	}
}
