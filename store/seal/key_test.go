package seal_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"cloudpocket/store"
	"cloudpocket/store/seal"
)

func open(t *testing.T, keys ...[]byte) *seal.Keys {
	t.Helper()
	k, err := seal.Open(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealedOpensForItsPurposeAlone(t *testing.T) {
	old, new := seal.NewKey(), seal.NewKey()
	k := open(t, old)
	sealed, err := k.Seal("totp a", []byte("hush"))
	if err != nil || bytes.Contains(sealed, []byte("hush")) {
		t.Fatalf("%q, %v", sealed, err)
	}
	if again, _ := k.Seal("totp a", []byte("hush")); bytes.Equal(again, sealed) {
		t.Error("the same secret was sealed the same way twice")
	}
	changed := slices.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for _, row := range []struct {
		name    string
		keys    *seal.Keys
		purpose string
		sealed  []byte
		opens   bool
	}{
		{"as it was sealed", k, "totp a", sealed, true},
		{"with a newer key before", open(t, new, old), "totp a", sealed, true},
		{"for another purpose", k, "totp b", sealed, false},
		{"without its key", open(t, new), "totp a", sealed, false},
		{"changed", k, "totp a", changed, false},
		{"cut", k, "totp a", sealed[:len(sealed)-1], false},
		{"cut to the key's name", k, "totp a", sealed[:8], false},
		{"nothing", k, "totp a", nil, false},
		{"endless", k, "totp a", make([]byte, 1<<20), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			secret, err := row.keys.Unseal(row.purpose, row.sealed)
			if row.opens && (err != nil || string(secret) != "hush") || !row.opens && !errors.Is(err, store.ErrDamaged) {
				t.Errorf("%q, %v", secret, err)
			}
		})
	}
	if _, err := k.Seal("x", make([]byte, 1<<20)); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("a megabyte: %v", err)
	}
}

func TestKeysThatAreNone(t *testing.T) {
	for name, keys := range map[string][][]byte{
		"no key": nil, "empty": {{}}, "short": {[]byte("c2hvcnQ=")}, "not base64": {[]byte("???")}, "two in one": {append(seal.NewKey(), seal.NewKey()...)},
	} {
		if _, err := seal.Open(keys...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzUnseal(f *testing.F) {
	k, err := seal.Open(seal.NewKey())
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := k.Seal("p", []byte("hush"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Fuzz(func(t *testing.T, b []byte) {
		secret, err := k.Unseal("p", b)
		if err == nil && !bytes.Equal(b, sealed) || err != nil && !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%q, %v", secret, err)
		}
	})
}
