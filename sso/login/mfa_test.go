package login_test

import (
	"testing"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// TestRuleTightenedWhileWaiting has the trust demand a second factor while the person thinks about the question.
func TestRuleTightenedWhileWaiting(t *testing.T) {
	for _, row := range []struct {
		name   string
		class  string
		reason sso.Reason
	}{
		{"not proved", "password", "mfa.context"},
		{"proved", "mfa", "login.trust_changed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			s, _ := taken(w)
			w.idps["two"].context = sso.AuthContext{Class: row.class}
			question := s.unsolicited("taro", "/").asked
			two := w.trusts.all["two"]
			two.Version, two.MFA = 2, store.MFARule{Required: true, Contexts: []string{"mfa"}}
			w.trusts.all["two"] = two
			if e := s.choose(question, sso.SwitchContinue); sso.ReasonOf(e.err) != row.reason || s.who() != "hanako" {
				t.Errorf("%q is signed in, %v", s.who(), e.err)
			}
		})
	}
}
