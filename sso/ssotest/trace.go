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
	for _, long := range longText.FindAllString(text, -1) {
		if varied(long) {
			t.Errorf("what looks like a key, a signature or a token is in the trace: %.200q\n%s", long, text)
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

// longText is base64 as long as the shortest signature there is (of ECDSA with P-256); the fingerprints of certificates are shorter.
var longText = regexp.MustCompile(`[A-Za-z0-9+/_-]{72,}|-----BEGIN`)

var sealedText = regexp.MustCompile(`<(?:[a-z]+:)?(?:SignatureValue|CipherValue|X509Certificate)[^>]*>([^<]{40,})<`)

// sealedIn returns the signatures, ciphers and certificates in a document, none of which a trace may hold in full.
func sealedIn(document string) (all []string) {
	for _, m := range sealedText.FindAllStringSubmatch(document, -1) {
		all = append(all, strings.TrimSpace(m[1]), strings.Join(strings.Fields(m[1]), ""))
	}
	return all
}

// varied reports whether s is not the same few letters over and over, as the corpus makes names that are too long.
func varied(s string) bool {
	letters := map[rune]bool{}
	for _, r := range s {
		letters[r] = true
	}
	return len(letters) > 5
}
