package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

func frameOf(step string, protocol store.Protocol) TrustFrame {
	return TrustFrame{ID: "kyuyo", Name: "給与クラウド（本番）", Protocol: protocol, State: store.TrustEnabled, Step: step, Product: "keycloak", Draft: true}
}

func valuesOf(protocol store.Protocol) Values {
	return ValuesOf("https://pocket.example.jp", "kyuyo", protocol)
}

func draftOf(protocol store.Protocol) store.TrustDraft {
	d := store.TrustDraft{Trust: store.Trust{ID: "kyuyo", Name: "給与クラウド（本番）", Protocol: protocol, Label: "給与クラウド", Domains: []string{"aoba.example"},
		Allowed: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}, MFA: store.MFARule{Required: true, Methods: []string{"mfa", "otp"}, MaxAge: time.Hour},
		Sessions: store.SessionRule{Idle: 30 * time.Minute, Limit: 3}}, Revision: 4}
	d.Mapping = store.Mapping{Name: store.Claim("displayName"), Email: store.Source{Claims: []string{"mail", "upn"}}, Role: store.Claim("groups"),
		Offices: store.Source{Claims: []string{"dept"}, Strip: "OU=", Lookup: map[string]string{"10": "hq", "20": "yokohama"}}, Roles: map[string]string{"社労士": "view,deliver", "総務": "view"}}
	if protocol == store.SAML {
		d.SAML = &store.SAMLTrust{EntityID: "https://idp.example/saml", MetadataURL: "https://idp.example/metadata", Refresh: store.RefreshAsk, Skew: 30 * time.Second}
	} else {
		d.OIDC = &store.OIDCTrust{Issuer: "https://idp.example/realms/aoba", ClientID: "pocket", AuthMethod: "client_secret_post", SecretRef: "sealed:x", Scopes: []string{"profile", "email"}}
	}
	return d
}

func party() *Party {
	return &Party{Name: "https://idp.example/saml", FetchedAt: clock(), Facts: []Fact{{"sso_redirect", "https://idp.example/saml/sso"}, {"slo", "https://idp.example/saml/slo"}}, Keys: keyEnds()}
}

func keyEnds() []KeyEnd {
	print := strings.Repeat("9F:86:D0:81:", 7) + "9F:86:D0:81"
	return []KeyEnd{{"theirs", clock().AddDate(0, 0, 20), print, 20}, {"theirs", clock().AddDate(0, 0, -3), print, -3}, {"ours", clock().AddDate(3, 0, 0), print, 1095}}
}

func keyNotices() []KeyNotice {
	ends := keyEnds()
	return []KeyNotice{{"kyuyo", "給与クラウド（本番）", ends[1], time.Time{}}, {"kyuyo", longTitle, ends[0], time.Time{}}, {"other", "別のIdP", KeyEnd{}, clock().AddDate(0, 0, -2)}}
}

func changes() []Change {
	return []Change{{"name", "給与クラウド", "給与クラウド（本番）"}, {"metadata_url", "", "https://idp.example/" + strings.Repeat("metadata", 12)}, {"of_no_word", "a", ""}}
}

func signInItems(n int) (all []SignInItem) {
	for i := range n {
		item := SignInItem{SignIn: store.SignIn{ID: store.ID(fmt.Sprint("s", i)), TrustID: "kyuyo", At: clock().Add(-time.Duration(i) * time.Hour), Outcome: store.Allowed,
			Reference: "06f2q0d9k3v5w7x8y9z0a1b2c3", Address: "203.0.113.24"}, Account: "総務 担当者"}
		if i%2 == 1 {
			item.Outcome, item.Reason, item.Account = "refused", "saml.of_no_language", ""
		}
		item.Test = i%3 == 0
		all = append(all, item)
	}
	return all
}

func traceOf(t testing.TB, passed bool) sso.Trace {
	trace := sso.Trace{Checks: []sso.Check{{Step: "of no language", OK: true, Detail: "rsa-sha256"}, {Step: "audience", OK: passed, Reason: "saml.of_no_language", Detail: "the audience is https://other.example"}},
		Message: "<Response>\n  <Issuer>https://idp.example</Issuer>\n</Response>"}
	if passed {
		trace.Checks[1].Reason = ""
		trace.Claims = map[string][]string{"mail": {"hanako@aoba.example"}, "groups": {"総務", "全社員"}}
		trace.Mapped = &sso.Mapped{Subject: "hanako", Name: "佐藤 花子", Email: "hanako@aoba.example", Menus: "view",
			Offices: []sso.MappedOffice{{Claim: "hq", ID: "o1", Name: "本社"}, {Claim: "x"}, {Claim: "y", ID: "o2", Name: "横浜工場", Other: true}},
			Roles:   []sso.MappedRole{{Claim: "総務", Menus: "view"}, {Claim: "全社員"}}}
	}
	return trace
}

// heldTrace is of somebody whose rights stayed, and whom their claims would leave some menus.
func heldTrace(given string) sso.Trace {
	trace := traceOf(nil, true)
	trace.Mapped.Held, trace.Mapped.Given, trace.Mapped.Fewer = true, given, given != ""
	return trace
}

func shown[V any](name, path string, show func(*Pages, http.ResponseWriter, *http.Request, Shell, V) error, v V) exhibit {
	return exhibit{name, path, func(p *Pages, w http.ResponseWriter, r *http.Request) error { return show(p, w, r, staff(), v) }}
}

func trustExhibits() []exhibit {
	item := TrustItem{ID: "kyuyo", Name: "給与クラウド（本番）", Protocol: store.SAML, State: store.TrustEnabled, Draft: true, Key: keyEnds()[0], Last: LastSignIns{clock(), clock(), "saml.audience"}}
	over, off := item, TrustItem{ID: "new", Name: longTitle, Protocol: store.OIDC, State: store.TrustDisabled, Draft: true}
	over.Key = keyEnds()[1]
	var many []TrustItem
	for i := range 25 {
		off.ID = store.ID(fmt.Sprint("t", i))
		many = append(many, item, off)
	}
	all := []exhibit{
		shown("trusts-none", "/admin/trusts", (*Pages).Trusts, Trusts{}),
		shown("trusts-little", "/admin/trusts", (*Pages).Trusts, Trusts{Items: []TrustItem{item, over, off}, Notices: keyNotices(), Sought: "06f2"}),
		shown("trusts-much", "/admin/trusts", (*Pages).Trusts, Trusts{Items: many, Next: "n", Later: true}),
		shown("trustnew", "/admin/trusts/new", (*Pages).NewTrust, NewTrust{}),
		shown("trustnew-refused", "/admin/trusts/new", (*Pages).NewTrust, NewTrust{Product: "okta", Protocol: store.OIDC, ID: "Å", Problems: []Problem{{"product", "trusts.bad.product", nil}, {"name", "trusts.bad.name", nil}}}),
		shown("trust-new", "/admin/trusts/kyuyo", (*Pages).Trust, Trust{TrustFrame: TrustFrame{ID: "kyuyo", Name: "新しいIdP", Protocol: store.OIDC, State: store.TrustDisabled}}),
		shown("trust-much", "/admin/trusts/kyuyo", (*Pages).Trust, fullTrust()),
		shown("trust-refused", "/admin/trusts/kyuyo", (*Pages).Trust, func() Trust {
			v := fullTrust()
			v.Problem, v.Link = &Problem{Key: "trusts.bad.confirm"}, SetupLink{URL: "https://pocket.example.jp/setup/" + strings.Repeat("x", 43)}
			return v
		}()),
		shown("trustdiff-draft", "/admin/trusts/kyuyo/diff", (*Pages).TrustDiff, TrustDiff{TrustFrame: frameOf("", store.SAML), From: 3, Changes: changes()}),
		shown("trustdiff-none", "/admin/trusts/kyuyo/diff", (*Pages).TrustDiff, TrustDiff{TrustFrame: frameOf("", store.SAML), From: 2, To: 3}),
		shown("trusttry-none", "/admin/trusts/kyuyo/test", (*Pages).TrustTry, TrustTry{TrustFrame: TrustFrame{ID: "kyuyo", Name: "x", Protocol: store.SAML}}),
		shown("trusttry-new", "/admin/trusts/kyuyo/test", (*Pages).TrustTry, TrustTry{TrustFrame: frameOf("test", store.SAML), Missing: []Problem{{"metadata", "trust.metadata_missing", nil}}}),
		shown("trusttry-failed", "/admin/trusts/kyuyo/test", (*Pages).TrustTry, TrustTry{TrustFrame: frameOf("test", store.SAML), At: clock(), SignIn: "/admin/trusts/kyuyo/sign-ins/s1", Note: "急ぎ", Untested: true, Problem: &Problem{Key: "trusts.bad.note"}}),
		shown("trusttry-passed", "/admin/trusts/kyuyo/test", (*Pages).TrustTry, TrustTry{TrustFrame: frameOf("test", store.SAML), Passed: true, At: clock(), Changes: changes()}),
		shown("signins-none", "/admin/trusts/kyuyo/sign-ins", (*Pages).SignIns, SignIns{TrustFrame: frameOf("", store.SAML), Refused: true}),
		shown("signins-little", "/admin/trusts/kyuyo/sign-ins", (*Pages).SignIns, SignIns{TrustFrame: frameOf("", store.SAML), Items: signInItems(6)}),
		shown("signins-much", "/admin/trusts/kyuyo/sign-ins", (*Pages).SignIns, SignIns{TrustFrame: frameOf("", store.SAML), Items: signInItems(50), Next: "n", Later: true}),
		shown("signintrace-passed", "/admin/trusts/kyuyo/sign-ins/s0", (*Pages).Attempt, Attempt{frameOf("", store.SAML), signInItems(1)[0], traceOf(nil, true)}),
		shown("signintrace-held", "/admin/trusts/kyuyo/sign-ins/s0", (*Pages).Attempt, Attempt{frameOf("", store.SAML), signInItems(1)[0], heldTrace("view")}),
		shown("signintrace-held-none", "/admin/trusts/kyuyo/sign-ins/s0", (*Pages).Attempt, Attempt{frameOf("", store.SAML), signInItems(1)[0], heldTrace("")}),
		shown("signintrace-failed", "/admin/trusts/kyuyo/sign-ins/s1", (*Pages).Attempt, Attempt{frameOf("", store.SAML), signInItems(2)[1], traceOf(nil, false)}),
		shown("signintrace-bare", "/admin/trusts/kyuyo/sign-ins/s1", (*Pages).Attempt, Attempt{frameOf("", store.SAML), signInItems(2)[1], sso.Trace{}}),
		{"setupoffer", "/setup/x", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.SetupOffer(w, r, SetupOffer{"/setup/x"})
		}},
	}
	for _, protocol := range []store.Protocol{store.SAML, store.OIDC} {
		all = append(all, formExhibits(protocol)...)
	}
	return all
}

func formExhibits(protocol store.Protocol) []exhibit {
	name := "-" + string(protocol)
	guide := Guide{Product: "entra", Protocol: protocol, Values: valuesOf(protocol)}
	all := []exhibit{shown("trustours"+name, "/admin/trusts/kyuyo/ours", (*Pages).TrustOurs, TrustOurs{frameOf("ours", protocol), guide})}
	for _, step := range []string{"theirs", "mapping", "rules"} {
		v := TrustForm{TrustFrame: frameOf(step, protocol), Draft: draftOf(protocol), Revision: 4, Guide: guide, May: store.PermitView | store.PermitTrusts}
		bare := v
		bare.Draft = store.TrustDraft{Trust: store.Trust{ID: "kyuyo", Protocol: protocol}}
		refused := v
		refused.Typed = url.Values{"metadata": {"<html>"}, "issuer": {"x"}, "subject.kind": {"claims"}, "idle": {"x"}, "role.0": {"総務"}, "menus.0": {"view"}}
		refused.Problems = []Problem{{"metadata", "trust.metadata_html", nil}, {"issuer", "trust.discovery_issuer", map[string]any{"Found": "https://idp.example/"}}, {"skew", "trusts.bad.number", map[string]any{"Max": 300}},
			{"offices.lookup", "trusts.bad.table", map[string]any{"Line": 2}}, {"idle", "trusts.bad.number", map[string]any{"Max": 9}}, {"", "trusts.bad.stale", nil}}
		v.Party, v.Preview = party(), &Preview{At: clock(), Test: true, Claims: map[string][]string{"mail": {"a@b.example"}, "groups": {"総務", "全社員"}}, Account: "佐藤 花子", SignIn: "/x",
			Results: []PreviewLine{{"subject", []string{"hanako"}, true, false}, {"mail", nil, false, true}, {"offices", nil, true, true}, {"role", nil, false, false}}}
		v.Named = []store.Role{{ID: "reader", Name: "閲覧係"}, {ID: "chief", Name: "とても長い名前の役割 " + strings.Repeat("本店と支店の", 8)}}
		for kind, v := range map[string]TrustForm{"": v, "-bare": bare, "-refused": refused} {
			all = append(all, shown("trustform-"+step+name+kind, "/admin/trusts/kyuyo/"+step, (*Pages).TrustForm, v))
		}
	}
	return append(all, exhibit{"setupform" + name, "/setup", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
		return p.SetupForm(w, r, SetupForm{TrustForm: TrustForm{TrustFrame: frameOf("theirs", protocol), Draft: draftOf(protocol), Guide: guide, Party: party()}, Firm: staff().Firm, Ends: clock(), Saved: true})
	}})
}

func fullTrust() Trust {
	return Trust{TrustFrame: frameOf("", store.SAML), Label: "給与クラウド", Accounts: 1234, Last: true, DraftBy: "事務所 担当者", DraftAt: clock(), Changes: changes(), Keys: keyEnds(), Offered: []KeyEnd{{"offered", clock().AddDate(2, 0, 0), strings.Repeat("AB:", 31) + "AB", 730}},
		Offer: "x", Versions: []TrustVersion{{Version: 3, At: clock(), By: "事務所 担当者", Note: longTitle, Current: true}, {Version: 2, At: clock(), Untested: true}, {Version: 1, At: clock()}},
		Missing: []Problem{{"metadata", "trust.metadata_missing", nil}}, Link: SetupLink{Ends: clock(), Lives: true}, Signs: LastSignIns{clock(), clock(), "saml.of_no_language"}, Fetches: true}
}

// TestEveryGuideHasItsSentences demands the words of each product's guide, with our values in them where one is asked for.
func TestEveryGuideHasItsSentences(t *testing.T) {
	p := newPages(t)
	for _, product := range Products() {
		for _, protocol := range product.Protocols {
			guide := Guide{product.Name, protocol, valuesOf(protocol)}
			if len(guide.Steps()) < 5 {
				t.Errorf("%s %s has %d steps", product.Name, protocol, len(guide.Steps()))
			}
			e := shown("guide", "/admin/trusts/kyuyo/ours", (*Pages).TrustOurs, TrustOurs{frameOf("ours", protocol), guide})
			for _, lang := range Languages() {
				body := e.render(t, p, lang).Body.String()
				_, told, _ := strings.Cut(body, `<ol class="guide">`)
				must := guide.Values.ACS + guide.Values.Redirect
				if !strings.Contains(told, must) {
					t.Errorf("%s %s in %s does not tell %s", product.Name, protocol, lang, must)
				}
				if strings.Contains(told, "<no value>") {
					t.Errorf("%s %s in %s has an empty place", product.Name, protocol, lang)
				}
			}
		}
	}
}

func TestProductsWithoutAGuideAreOthers(t *testing.T) {
	for name, want := range map[string]string{"okta": "okta", "": "other", "<script>": "other"} {
		if got := ProductNamed(name).Name; got != want {
			t.Errorf("%q is %s, want %s", name, got, want)
		}
	}
}

// TestSecretsAreNotSentBack types a secret into a form that comes back refused.
func TestSecretsAreNotSentBack(t *testing.T) {
	v := TrustForm{TrustFrame: frameOf("theirs", store.OIDC), Draft: draftOf(store.OIDC), Guide: Guide{"okta", store.OIDC, valuesOf(store.OIDC)}, Typed: url.Values{"secret": {"hunter2hunter2"}, "client": {"typed-client"}}, Problems: []Problem{{"issuer", "trust.discovery_away", nil}}}
	body := shown("secret", "/", (*Pages).TrustForm, v).render(t, newPages(t), "en").Body.String()
	if strings.Contains(body, "hunter2") || strings.Contains(body, "sealed:x") || !strings.Contains(body, "typed-client") {
		t.Error("the form shows a secret, or has lost what was typed")
	}
}

func TestTraceOfIsReadAsItIsKept(t *testing.T) {
	b, err := json.Marshal(traceOf(t, true))
	if err != nil {
		t.Fatal(err)
	}
	if got := TraceOf(store.SignIn{Trace: b}); got.Mapped == nil || got.Mapped.Subject != "hanako" || len(got.Checks) != 2 {
		t.Errorf("%+v", got)
	}
	if got := TraceOf(store.SignIn{Trace: []byte("{")}); len(got.Checks) != 0 {
		t.Errorf("what cannot be read has %d checks", len(got.Checks))
	}
}

func TestRolesKeepWhatIsNotTheirsToGive(t *testing.T) {
	v := TrustForm{Draft: store.TrustDraft{Trust: store.Trust{Mapping: store.Mapping{Roles: map[string]string{"総務": "view,log"}}}}, May: store.PermitView, Typed: url.Values{"role.0": {"総務"}}}
	rows := v.Roles()
	if len(rows) != 1+emptyRoles {
		t.Fatalf("%d rows", len(rows))
	}
	for _, m := range rows[0].Menus {
		if m.Held != (m.Name == "view") || m.On != (m.Name == "log") {
			t.Errorf("%+v", m)
		}
	}
}

// TestKeyNotices looks for what each notice says, and that only what stops sign-ins is as loud as that.
func TestKeyNotices(t *testing.T) {
	w := shown("trusts", "/admin/trusts", (*Pages).Trusts, Trusts{Notices: keyNotices()}).render(t, newPages(t), "en")
	lines := strings.Split(w.Body.String(), `<p class="notice `)[1:]
	for i, want := range []string{`bad">.*The end of .* was`, `warn">.*20`, `warn">.*href="/admin/trusts/other".*shown other keys`} {
		if i >= len(lines) || !regexp.MustCompile("(?s)^"+want).MatchString(lines[i]) {
			t.Errorf("notice %d does not say %q: %q", i, want, lines)
		}
	}
}

// TestHeldRightsAreSaid demands that a sign-in which would have taken the last administrator says so, and what was left.
func TestHeldRightsAreSaid(t *testing.T) {
	for name, trace := range map[string]sso.Trace{"held": heldTrace("view"), "not held": traceOf(t, true)} {
		v := Attempt{Trace: trace}
		if said := v.Held() == "trace.reason.admit.rights_held"; said != (name == "held") {
			t.Errorf("%s: %q", name, v.Held())
		}
	}
}
