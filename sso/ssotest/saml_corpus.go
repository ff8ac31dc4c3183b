package ssotest

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// samlVector is one forged response, made from a valid one, or one valid variant when want is empty.
type samlVector struct {
	name    string
	want    []sso.Reason // any one of them; which one can depend on the mode
	modes   []SAMLMode   // default: all
	idp     bool         // unsolicited
	setup   func(w *SAMLWorld, s *SAMLSetup)
	knobs   func(w *SAMLWorld, r *SAMLResponse)
	seal    func(w *SAMLWorld, mode SAMLMode) Sealing
	message func(m *sso.Message)
	attempt func(a *sso.Attempt)
	check   func(t *testing.T, id sso.Identity)
}

func reasons(rs ...sso.Reason) []sso.Reason { return rs }

// SAMLCorpus holds a connector to every forged response and every valid variant, in each mode of protection.
func SAMLCorpus(t *testing.T, open OpenSAML) {
	w := NewSAMLWorld(t)
	groups := []struct {
		name    string
		vectors []samlVector
	}{
		{"wrapping", wrappingVectors()},
		{"parser", parserVectors()},
		{"signature", signatureVectors()},
		{"encryption", encryptionVectors()},
		{"protocol", protocolVectors()},
		{"time", timeVectors(w)},
		{"name", nameVectors()},
		{"accepted", acceptedVectors()},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, v := range g.vectors {
				t.Run(v.name, func(t *testing.T) { v.run(t, w, open) })
			}
		})
	}
}

func (v samlVector) run(t *testing.T, w *SAMLWorld, open OpenSAML) {
	modes := v.modes
	if modes == nil {
		modes = SAMLModes()
	}
	for _, mode := range modes {
		t.Run(string(mode), func(t *testing.T) {
			s, m, a := v.make(t, w, mode)
			trace := &sso.Trace{}
			id, err := w.Open(t, open, s).Finish(t.Context(), m, a, trace)
			document, _ := base64.StdEncoding.DecodeString(m.Form.Get("SAMLResponse")) // what is none is shown to nobody
			WantTrace(t, trace, sealedIn(string(document)), v.want...)
			if len(v.want) == 0 {
				wantAccepted(t, id, err, trace)
				if v.check != nil {
					v.check(t, id)
				}
				return
			}
			WantRefused(t, err, v.want...)
			if id.Subject != "" || id.NameID != "" || len(id.Attributes) > 0 {
				t.Errorf("a refusal came with an identity: %+v", id)
			}
			if n := len(trace.Checks); n == 0 || trace.Checks[n-1].OK {
				t.Errorf("the trace does not end with what failed: %+v", trace.Checks)
			}
		})
	}
}

// make forges v's message and what it is judged under.
func (v samlVector) make(t testing.TB, w *SAMLWorld, mode SAMLMode) (SAMLSetup, sso.Message, *sso.Attempt) {
	t.Helper()
	s := w.Setup()
	var a *sso.Attempt
	if !v.idp {
		a = w.Attempt()
	}
	if v.setup != nil {
		v.setup(w, &s)
	}
	r := w.Response(a)
	if v.knobs != nil {
		v.knobs(w, &r)
	}
	sealing := Sealing{}
	if v.seal != nil {
		sealing = v.seal(w, mode)
	}
	m := w.Post(w.Seal(t, mode, r, sealing), a)
	if v.message != nil {
		v.message(&m)
	}
	if v.attempt != nil && a != nil {
		v.attempt(a)
	}
	return s, m, a
}

func wantAccepted(t *testing.T, id sso.Identity, err error, trace *sso.Trace) {
	t.Helper()
	if err != nil {
		t.Fatalf("a valid message was refused: %v", err)
	}
	if id.Subject == "" || id.NameID == "" || id.Context.At.IsZero() {
		t.Errorf("the identity is incomplete: %+v", id)
	}
	for _, c := range trace.Checks {
		if !c.OK {
			t.Errorf("check %s failed in an accepted message: %s", c.Step, c.Detail)
		}
	}
	if !strings.Contains(trace.Message, "Subject") {
		t.Errorf("the trace does not show the assertion: %s", trace.Message)
	}
	if len(trace.Checks) < 8 {
		t.Errorf("the trace tells only %d steps", len(trace.Checks))
	}
}

// WantRefused fails t unless err is a refusal for one of the reasons in want, with a sentence for the person.
func WantRefused(t testing.TB, err error, want ...sso.Reason) {
	t.Helper()
	if err == nil {
		t.Fatalf("it was accepted; want a refusal for %q", want)
	}
	if got := sso.ReasonOf(err); !slices.Contains(want, got) {
		t.Fatalf("refused for %q, want %q: %v", got, want, err)
	}
	var e *store.Error
	if !errors.As(err, &e) || e.Key == "" || e.Kind == store.Internal {
		t.Fatalf("the refusal has no sentence for the person: %v", err)
	}
}
