package keyset_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"cloudpocket/sso/keyset"
	"cloudpocket/store"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func ecKey(c elliptic.Curve) any { return must(ecdsa.GenerateKey(c, rand.Reader)) }

func edKey() any {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return must(key, err)
}

// text writes a key as its owner keeps it, or its public half.
func text(key any, kid, alg, use string, half bool) string {
	k := jose.JSONWebKey{Key: key, KeyID: kid, Algorithm: alg, Use: use}
	if half {
		k = k.Public()
	}
	return string(must(json.Marshal(k)))
}

func set(keys ...string) string { return `{"keys":[` + strings.Join(keys, ",") + `]}` }

// TestParse says of each set whether it is taken, and if not by which sentence.
func TestParse(t *testing.T) {
	ed, p256, rsa2048 := edKey(), ecKey(elliptic.P256()), must(rsa.GenerateKey(rand.Reader, 2048))
	public := func(key any, kid string) string { return text(key, kid, "", "", true) }
	var many []string
	for i := range keyset.MaxKeys + 1 {
		many = append(many, public(ed, fmt.Sprint(i)))
	}
	small := `{"kty":"RSA","kid":"a","e":"AQAB","n":"` + strings.Repeat("_", 171) + `"}` // 1026 bits
	for name, row := range map[string]struct{ text, key string }{
		"Ed25519":               {set(public(ed, "a")), ""},
		"every kind":            {set(public(ed, "a"), public(p256, "b"), public(ecKey(elliptic.P384()), "c"), public(ecKey(elliptic.P521()), "d"), public(rsa2048, "鍵")), ""},
		"one in place of a set": {public(p256, "a"), ""},
		"as many as may be":     {set(many[1:]...), ""},
		"its alg":               {set(text(rsa2048, "a", "PS256", "sig", true)), ""},
		"another kind's alg":    {set(text(p256, "a", "RS256", "", true)), "error.keys_alg"},
		"another curve's alg":   {set(text(p256, "a", "ES384", "", true)), "error.keys_alg"},
		"a shared secret's alg": {set(text(rsa2048, "a", "HS256", "", true)), "error.keys_alg"},
		"alg none":              {set(text(ed, "a", "none", "", true)), "error.keys_alg"},
		"for encryption":        {set(text(rsa2048, "a", "", "enc", true)), "error.keys_use"},
		"without kid":           {set(public(ed, "")), "error.keys_kid"},
		"a kid with a line":     {set(public(ed, "a\nb")), "error.keys_kid"},
		"a kid that is long":    {set(public(ed, strings.Repeat("a", 201))), "error.keys_kid"},
		"a kid twice":           {set(public(ed, "a"), public(p256, "a")), "error.keys_twice"},
		"none":                  {set(), "error.keys_count"},
		"one too many":          {set(many...), "error.keys_count"},
		"private Ed25519":       {set(text(ed, "a", "", "", false)), "error.keys_private"},
		"private EC":            {set(text(p256, "a", "", "", false)), "error.keys_private"},
		"private RSA":           {set(public(ed, "b"), text(rsa2048, "a", "", "", false)), "error.keys_private"},
		"a shared secret":       {set(`{"kty":"oct","kid":"a","k":"AAAA"}`), "error.keys_private"},
		"private, null":         {set(strings.Replace(public(ed, "a"), "{", `{"d":null,`, 1)), "error.keys_private"},
		"small RSA":             {set(small), "error.keys_weak"},
		"exponent 1":            {set(strings.Replace(public(rsa2048, "a"), `"AQAB"`, `"AQ"`, 1)), "error.keys_form"},
		"off the curve":         {set(`{"kty":"EC","kid":"a","crv":"P-256","x":"` + strings.Repeat("A", 43) + `","y":"` + strings.Repeat("A", 43) + `"}`), "error.keys_form"},
		"a curve of agreement":  {set(`{"kty":"OKP","kid":"a","crv":"X25519","x":"` + strings.Repeat("A", 43) + `"}`), "error.keys_form"},
		"an unknown kind":       {set(`{"kty":"XYZ","kid":"a"}`), "error.keys_form"},
		"no kind":               {set(`{"kid":"a"}`), "error.keys_form"},
		"PEM":                   {"-----BEGIN PUBLIC KEY-----", "error.keys_form"},
		"empty":                 {"", "error.keys_form"},
		"a list":                {"[]", "error.keys_form"},
		"something behind":      {set(public(ed, "a")) + "{}", "error.keys_form"},
		"nested deep":           {`{"keys":` + strings.Repeat("[", 30000), "error.keys_form"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := keyset.Parse([]byte(row.text))
			var e *store.Error
			if row.key == "" && err != nil || row.key != "" && (!errors.As(err, &e) || e.Key != row.key || e.Kind != store.Invalid) {
				t.Errorf("answers %v, want %q", err, row.key)
			}
		})
	}
	if _, err := keyset.Parse(make([]byte, keyset.MaxSize+1)); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("a huge set: %v", err)
	}
}

// TestEncode demands that nothing is kept but what makes the keys.
func TestEncode(t *testing.T) {
	given := strings.Replace(text(ecKey(elliptic.P256()), "a", "ES256", "sig", true), "{", `{"x5u":"http://10.0.0.1/","x5c":["AAAA"],"x-note":"secret",`, 1)
	kept, err := keyset.Parse([]byte(set(given)))
	if err != nil {
		t.Fatal(err)
	}
	b := must(keyset.Encode(kept))
	for _, word := range []string{"x5u", "x5c", "note"} {
		if strings.Contains(string(b), word) {
			t.Errorf("%s is kept in %s", word, b)
		}
	}
	again, err := keyset.Parse(b)
	if err != nil || len(again.Keys) != 1 || again.Keys[0].KeyID != "a" || again.Keys[0].Algorithm != "ES256" {
		t.Errorf("what is kept is read as %+v, %v", again, err)
	}
}

// TestPublished reads sets as they are fetched, by the kids and kinds of what is used of them.
func TestPublished(t *testing.T) {
	ed, p256, rsa2048 := edKey(), ecKey(elliptic.P256()), must(rsa.GenerateKey(rand.Reader, 2048))
	public := func(key any, kid string) string { return text(key, kid, "", "", true) }
	var many, doubles []string
	for i := range keyset.MaxKeys + 1 {
		many, doubles = append(many, public(ed, fmt.Sprint(i))), append(doubles, public(ecKey(elliptic.P256()), "a"))
	}
	for name, row := range map[string]struct {
		text, kids string // "error": it is refused
	}{
		"keys of use":            {set(public(ed, "a"), public(p256, "鍵")), "a 鍵"},
		"one in place of a set":  {public(p256, "a"), "a"},
		"the one without kid":    {set(public(p256, "")), ""},
		"others beside":          {set(`7`, `{}`, `{"kty":"oct","k":"AAAA","kid":"s"}`, `{"kty":"new","kid":"n"}`, text(rsa2048, "e", "", "enc", true), public(ed, "a")), "a"},
		"a private one beside":   {set(text(p256, "p", "", "", false), public(ed, "a")), "a"},
		"a weak one beside":      {set(`{"kty":"RSA","kid":"w","e":"AQAB","n":"`+strings.Repeat("_", 171)+`"}`, public(ed, "a")), "a"},
		"another kind's alg":     {set(text(p256, "b", "RS256", "", true), public(ed, "a")), "a"},
		"a kid with a line":      {set(public(p256, "a\nb"), public(ed, "a")), "a"},
		"a kid that turns":       {set(public(p256, "a\u202eb"), public(ed, "a")), "a"},
		"a kid that is long":     {set(public(p256, strings.Repeat("x", 201)), public(ed, "a")), "a"},
		"one kid of two kinds":   {set(public(ed, "a"), public(p256, "a"), public(ecKey(elliptic.P384()), "a")), "a a a"},
		"doubles of a kid":       {set(doubles...), "a"},
		"as many as are used":    {set(many[1:]...), "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"},
		"none":                   {set(), "none"},
		"none of use":            {set(`{"kty":"new"}`), "none"},
		"one too many":           {set(many...), "error"},
		"too many that are none": {set(strings.Split(strings.Repeat("{},", 100)+"{}", ",")...), "error"},
		"two sets":               {`{"keys":[],"keys":[]}`, "error"},
		"no set":                 {`{}`, "error"},
		"null":                   {`{"keys":null}`, "error"},
		"a page":                 {"<html>", "error"},
		"nested deep":            {`{"keys":` + strings.Repeat("[", 60000), "error"},
		"too large":              {set(public(ed, "a")) + strings.Repeat(" ", keyset.MaxSize), "error"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := published(t, row.text); got != row.kids {
				t.Errorf("used are %q, want %q", got, row.kids)
			}
		})
	}
}

// published are the kids of what is used of a set, which can be kept and is the same when it is read again.
func published(t *testing.T, text string) string {
	t.Helper()
	got, err := keyset.Published([]byte(text))
	if err != nil {
		return "error"
	}
	again, err := keyset.Published(must(keyset.Encode(got)))
	if err != nil || len(again.Keys) != len(got.Keys) {
		t.Errorf("kept it is %+v, %v", again, err)
	}
	if len(got.Keys) == 0 {
		return "none"
	}
	var kids []string
	for _, k := range got.Keys {
		kids = append(kids, k.KeyID)
	}
	return strings.Join(kids, " ")
}

// signsBy lists the algorithms that a key fits.
func signsBy(k jose.JSONWebKey) string {
	var all []jose.SignatureAlgorithm
	for _, alg := range []jose.SignatureAlgorithm{"none", jose.HS256, jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA} {
		if keyset.Fits(k, alg) {
			all = append(all, alg)
		}
	}
	return fmt.Sprint(all)
}

// TestFits demands that no key signs by another kind's algorithm, nor by one of shared secrets, nor a weak one at all.
func TestFits(t *testing.T) {
	for want, key := range map[string]any{
		"[RS256 RS384 RS512 PS256 PS384 PS512]": must(rsa.GenerateKey(rand.Reader, 2048)),
		"[ES256]":                               ecKey(elliptic.P256()), "[ES384]": ecKey(elliptic.P384()), "[ES512]": ecKey(elliptic.P521()), "[EdDSA]": edKey(),
		"[]": must(rsa.GenerateKey(rand.Reader, 1024)),
	} {
		k := jose.JSONWebKey{Key: key}
		if got := signsBy(k.Public()); got != want {
			t.Errorf("%T signs by %s, want %s", key, got, want)
		}
	}
	if got := signsBy(jose.JSONWebKey{Key: []byte("secret")}); got != "[]" {
		t.Errorf("a shared secret signs by %v", got)
	}
}

// FuzzParse demands that what is taken can be kept and is the same when it is read again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(set(text(edKey(), "a", "", "", true))))
	f.Add([]byte(set(text(ecKey(elliptic.P384()), "a", "ES384", "sig", true))))
	f.Add([]byte(set(text(must(rsa.GenerateKey(rand.Reader, 2048)), "a", "", "", true))))
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"AA"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		one, err := keyset.Parse(b)
		if err != nil {
			return
		}
		kept, err := keyset.Encode(one)
		if err != nil {
			t.Fatalf("%s is taken and cannot be kept: %v", b, err)
		}
		if strings.Contains(string(kept), `"d":`) || strings.Contains(string(kept), `"k":`) {
			t.Fatalf("a secret is kept: %s", kept)
		}
		again, err := keyset.Parse(kept)
		if err != nil || len(again.Keys) != len(one.Keys) {
			t.Fatalf("%s is read again as %+v, %v", kept, again, err)
		}
	})
}

// FuzzPublished demands of every set that it is refused, or has few public keys for signatures alone, whose kids can be shown, and
// that it is the same when it is read again as it is kept.
func FuzzPublished(f *testing.F) {
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"P-256","kid":"h1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}`))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"oct","k":"AA"},{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`))
	f.Add([]byte(`{"keys":[{}],"keys":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := keyset.Published(b)
		if err != nil && got.Keys != nil || len(got.Keys) > keyset.MaxKeys {
			t.Fatalf("%d keys, %v", len(got.Keys), err)
		}
		if err != nil {
			return
		}
		for _, k := range got.Keys {
			if !k.IsPublic() || k.Use != "" && k.Use != "sig" || len(k.KeyID) > 800 || strings.ContainsAny(k.KeyID, "\n\u202e") {
				t.Errorf("%q has a key %q for %q", b, k.KeyID, k.Use)
			}
		}
		again, err := keyset.Published(must(keyset.Encode(got)))
		if err != nil || len(again.Keys) != len(got.Keys) {
			t.Errorf("%q is read again as %+v, %v", b, again, err)
		}
	})
}
