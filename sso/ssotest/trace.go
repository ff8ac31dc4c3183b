package ssotest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// WantTrace fails t unless trace, as it is kept, fits, can be read again and holds none of the secrets. A refused sign-in's
// must end with a step that names one of these reasons, one that was let in has none.
func WantTrace(t testing.TB, trace *sso.Trace, secrets []string, want ...sso.Reason) {
	t.Helper()
	kept := trace.Encode(store.MaxTrace)
	text := string(kept)
	if len(kept) > store.MaxTrace || !utf8.Valid(kept) || strings.ContainsFunc(text, unicode.IsControl) {
		t.Errorf("a trace of %d bytes cannot be kept: %.300q", len(kept), text)
	}
	for _, secret := range secrets {
		if len(secret) > 8 && strings.Contains(text, secret) {
			t.Errorf("%.100q can be read in the trace:\n%s", secret, text)
		}
	}
	back, err := sso.DecodeTrace(kept)
	if err != nil || len(back.Checks) == 0 {
		t.Fatalf("the trace cannot be read again: %v\n%.500s", err, text)
	}
	last := back.Checks[len(back.Checks)-1]
	switch {
	case len(want) == 0 && !back.Passed():
		t.Errorf("what was let in failed at %+v", last)
	case len(want) > 0 && (last.OK || !slices.Contains(want, last.Reason) || last.Step == ""):
		t.Errorf("the trace ends with %+v, want one of %q", last, want)
	}
}

var sealedText = regexp.MustCompile(`<(?:[a-z]+:)?(?:SignatureValue|CipherValue|X509Certificate)[^>]*>([^<]{40,})<`)

// sealedIn returns the signatures, ciphers and certificates in a document, none of which a trace may hold in full.
func sealedIn(document string) (all []string) {
	for _, m := range sealedText.FindAllStringSubmatch(document, -1) {
		all = append(all, strings.TrimSpace(m[1]), strings.Join(strings.Fields(m[1]), ""))
	}
	return all
}
