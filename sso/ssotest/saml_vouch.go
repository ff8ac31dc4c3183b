package ssotest

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// SAMLVouchCorpus holds a connector's Vouch to every forged response and every valid variant whose assertion differs from a
// good one, each taken out of its response, and to what a lone assertion alone can have wrong.
func SAMLVouchCorpus(t *testing.T, open OpenSAML) {
	w := NewSAMLWorld(t)
	ran := 0
	for _, v := range slices.Concat(wrappingVectors(), parserVectors(), signatureVectors(), protocolVectors(), timeVectors(w), nameVectors(), acceptedVectors()) {
		if v.modes != nil && !slices.Contains(v.modes, SignedAssertion) {
			continue
		}
		for _, lone := range v.lone(t, w) {
			ran++
			t.Run(v.name, func(t *testing.T) { v.vouch(t, w, open, lone) })
		}
	}
	if ran < 200 {
		t.Errorf("only %d vectors of the corpus apply", ran)
	}
	for _, v := range loneVectors(w) {
		t.Run("alone/"+v.name, func(t *testing.T) { v.run(t, w, open) })
	}
	for name, test := range map[string]func(*testing.T, *SAMLWorld, OpenSAML){
		"replay": vouchReplay, "after a sign-in": vouchAfterSignIn, "on two instances at once": vouchAtOnce, "marks away": vouchMarksAway, "panic": vouchPanics,
	} {
		t.Run("alone/"+name, func(t *testing.T) { test(t, w, open) })
	}
}

// lone returns the assertions of v's message; none where it is only the response around, or the way to us, that is not as it
// should be.
func (v samlVector) lone(t *testing.T, w *SAMLWorld) (all [][]byte) {
	r := w.Response(nil)
	good := r.Assertions[0].XML()
	if v.knobs != nil {
		v.knobs(w, &r)
	}
	if len(r.Assertions) == 0 || r.Assertions[0].XML() == good && v.seal == nil && (v.setup == nil || v.idp) {
		return nil
	}
	defer func() {
		if recover() != nil { // what the vector edits is not in an assertion
			all = nil
		}
	}()
	sealing := Sealing{}
	if v.seal != nil {
		sealing = v.seal(w, SignedAssertion)
	}
	edit := sealing.Bytes
	sealing.Bytes = nil
	root := element(t, string(w.Seal(t, SignedAssertion, r, sealing)))
	for _, a := range root.SelectElements("Assertion") {
		data := serialise(t, a)
		if edit != nil {
			data = edit(data)
		}
		all = append(all, data)
	}
	return all
}

// vouch brings data, which v made. Of what a forger rearranges in a response the good assertion may remain; nobody else's
// name may.
func (v samlVector) vouch(t *testing.T, w *SAMLWorld, open OpenSAML, data []byte) {
	s := w.Setup()
	if v.setup != nil {
		v.setup(w, &s)
	}
	trace := &sso.Trace{}
	id, err := w.Open(t, open, s).Vouch(t.Context(), SAMLToken(data), trace)
	switch rearranged := slices.Contains(v.want, sso.Reason("saml.assertion_place")); {
	case len(v.want) == 0:
		WantTrace(t, trace, sealedIn(string(data)))
		wantAccepted(t, id, err, trace)
		if v.check != nil {
			v.check(t, id)
		}
	case rearranged && err == nil:
		wantTaro(t, id)
	default:
		want := append(slices.Clone(v.want), "saml.root")
		if rearranged {
			want = append(want, "saml.signature_missing", "saml.signature_reference", "saml.signature_shape", "saml.signature_digest_mismatch")
		}
		if slices.Contains(v.want, sso.Reason("saml.in_response_to")) {
			want = append(want, "saml.in_response_to_unknown")
		}
		if slices.Contains(v.want, sso.Reason("saml.xml_nodes")) {
			want = append(want, "saml.xml_size") // which is less for an assertion than for a response
		}
		WantTrace(t, trace, sealedIn(string(data)), want...)
		WantRefused(t, err, want...)
		if id.Subject != "" || id.NameID != "" || len(id.Attributes) > 0 {
			t.Errorf("a refusal came with an identity: %+v", id)
		}
	}
}

// SAMLToken writes an assertion as back ends bring it (RFC 7522 2.1).
func SAMLToken(assertion []byte) string { return base64.RawURLEncoding.EncodeToString(assertion) }

// Lone returns the one assertion of a response, signed by the IdP.
func (w *SAMLWorld) Lone(t testing.TB, r SAMLResponse) []byte {
	t.Helper()
	root := element(t, string(w.Seal(t, SignedAssertion, r, Sealing{})))
	return serialise(t, root.SelectElement("Assertion"))
}

// loneVector is a lone assertion with something about it that no response has.
type loneVector struct {
	name  string
	want  sso.Reason // "": accepted
	knobs func(a *SAMLAssertion)
	token func(t *testing.T, w *SAMLWorld, assertion []byte) string
}

func loneVectors(w *SAMLWorld) []loneVector {
	issued := func(ago time.Duration) func(*SAMLAssertion) {
		return func(a *SAMLAssertion) { a.IssueInstant = SAMLTime(w.Now.Add(-ago)) }
	}
	recipient := func(to string) func(*SAMLAssertion) {
		return func(a *SAMLAssertion) { a.Confirmations[0].Recipient = to }
	}
	text := func(change func(s string) string) func(*testing.T, *SAMLWorld, []byte) string {
		return func(_ *testing.T, _ *SAMLWorld, b []byte) string { return change(SAMLToken(b)) }
	}
	return []loneVector{
		{name: "good"},
		{name: "for the token endpoint", knobs: recipient(w.BaseURL + "/oauth/token")},
		{name: "for the token endpoint of another", want: "saml.recipient", knobs: recipient("https://other.example/oauth/token")},
		{name: "for our single logout", want: "saml.recipient", knobs: recipient(w.URL("slo"))},
		{name: "at the edge of its age", knobs: issued(6 * time.Minute)},
		{name: "beyond its age", want: "saml.issue_old", knobs: issued(6*time.Minute + time.Second)},
		{name: "of yesterday", want: "saml.issue_old", knobs: issued(24 * time.Hour)},
		{name: "answering a request", want: "saml.in_response_to_unknown", knobs: func(a *SAMLAssertion) { a.Confirmations[0].InResponseTo = "_request-1" }},
		{name: "empty", want: "saml.xml_syntax", token: text(func(string) string { return "" })},
		{name: "padded", want: "saml.base64", token: func(_ *testing.T, _ *SAMLWorld, b []byte) string {
			for len(b)%3 == 0 {
				b = append(b, '\n')
			}
			return base64.URLEncoding.EncodeToString(b)
		}},
		{name: "in lines", want: "saml.base64", token: text(func(s string) string { return s[:76] + "\n" + s[76:] })},
		{name: "with a blank", want: "saml.base64", token: text(func(s string) string { return s + " " })},
		{name: "in the other alphabet", want: "saml.base64", token: text(func(s string) string { return s[:8] + "+/" + s[10:] })},
		{name: "as XML", want: "saml.base64", token: func(_ *testing.T, _ *SAMLWorld, b []byte) string { return string(b) }},
		{name: "an ID token", want: "saml.base64", token: text(func(string) string { return "eyJhbGciOiJSUzI1NiJ9.e30.AAAA" })},
		{name: "of 300 KB", want: "saml.xml_size", token: text(func(string) string { return strings.Repeat("A", 400_000) })},
		{name: "two, one after the other", want: "saml.xml_trailing", token: func(_ *testing.T, _ *SAMLWorld, b []byte) string {
			return SAMLToken(append(slices.Clone(b), b...))
		}},
		{name: "in its response", want: "saml.root", token: func(t *testing.T, w *SAMLWorld, _ []byte) string {
			return SAMLToken(w.Seal(t, SignedBoth, w.Response(nil), Sealing{}))
		}},
		{name: "encrypted", want: "saml.root", token: func(t *testing.T, w *SAMLWorld, _ []byte) string {
			return SAMLToken([]byte(SAMLEncrypter{To: w.SP}.Encrypt(t, "EncryptedAssertion", w.Lone(t, w.Response(nil)))))
		}},
		{name: "signed by the response it was in alone", want: "saml.signature_missing", token: func(t *testing.T, w *SAMLWorld, _ []byte) string {
			root := element(t, string(w.Seal(t, SignedResponse, w.Response(nil), Sealing{})))
			return SAMLToken(serialise(t, root.SelectElement("Assertion")))
		}},
	}
}

func (v loneVector) run(t *testing.T, w *SAMLWorld, open OpenSAML) {
	r := w.Response(nil)
	if v.knobs != nil {
		v.knobs(&r.Assertions[0])
	}
	token := SAMLToken(w.Lone(t, r))
	if v.token != nil {
		token = v.token(t, w, w.Lone(t, r))
	}
	trace := &sso.Trace{}
	id, err := w.Open(t, open, w.Setup()).Vouch(t.Context(), token, trace)
	if v.want == "" {
		WantTrace(t, trace, []string{token})
		wantAccepted(t, id, err, trace)
		wantTaro(t, id)
		return
	}
	WantTrace(t, trace, []string{token}, v.want)
	WantRefused(t, err, v.want)
}

func vouchReplay(t *testing.T, w *SAMLWorld, open OpenSAML) {
	c := w.Open(t, open, w.Setup())
	r := w.Response(nil)
	if _, err := c.Vouch(t.Context(), SAMLToken(w.Lone(t, r)), nil); err != nil {
		t.Fatal(err)
	}
	for range 2 { // each is signed anew
		_, err := c.Vouch(t.Context(), SAMLToken(w.Lone(t, r)), nil)
		WantRefused(t, err, "saml.replay")
	}
}

// vouchAfterSignIn brings the assertion that signed somebody in, and signs in with one that was brought.
func vouchAfterSignIn(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s := w.Setup()
	s.Trust.SAML.IdPInitiated = true
	c, r := w.Open(t, open, s), w.Response(nil)
	if _, err := c.Finish(t.Context(), w.Post(w.Seal(t, SignedAssertion, r, Sealing{}), nil), nil, nil); err != nil {
		t.Fatal(err)
	}
	_, err := c.Vouch(t.Context(), SAMLToken(w.Lone(t, r)), nil)
	WantRefused(t, err, "saml.replay")
	r.Assertions[0].ID = "_assertion-2"
	if _, err := c.Vouch(t.Context(), SAMLToken(w.Lone(t, r)), nil); err != nil {
		t.Fatal(err)
	}
	_, err = c.Finish(t.Context(), w.Post(w.Seal(t, SignedAssertion, r, Sealing{}), nil), nil, nil)
	WantRefused(t, err, "saml.replay")
}

func vouchAtOnce(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s := w.Setup()
	token := SAMLToken(w.Lone(t, w.Response(nil)))
	instances := []sso.Connector{w.Open(t, open, s), w.Open(t, open, s)}
	var admitted atomic.Int32
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			switch _, err := instances[i%2].Vouch(t.Context(), token, nil); {
			case err == nil:
				admitted.Add(1)
			case sso.ReasonOf(err) != "saml.replay":
				t.Errorf("refused for %v", err)
			}
		})
	}
	if group.Wait(); admitted.Load() != 1 {
		t.Errorf("one assertion was taken %d times", admitted.Load())
	}
}

func vouchMarksAway(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s := w.Setup()
	s.Marks = brokenMarks{func() error { return store.ErrUnavailable }}
	id, err := w.Open(t, open, s).Vouch(t.Context(), SAMLToken(w.Lone(t, w.Response(nil))), nil)
	if !errors.Is(err, store.ErrUnavailable) || sso.ReasonOf(err) != "" || id.Subject != "" {
		t.Errorf("identity %+v, %v", id, err)
	}
}

func vouchPanics(t *testing.T, w *SAMLWorld, open OpenSAML) {
	s := w.Setup()
	s.Marks = brokenMarks{func() error { panic("marks") }}
	_, err := w.Open(t, open, s).Vouch(t.Context(), SAMLToken(w.Lone(t, w.Response(nil))), nil)
	WantRefused(t, err, "saml.panic")
}
