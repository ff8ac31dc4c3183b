package portal

import (
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// unseen are the fields that two versions may differ in without saying so: what a trust is, and when something was noticed.
func unseen() []string {
	return []string{"ID", "Protocol", "CreatedAt", "Version", "SAML.FetchedAt", "SAML.OfferedAt", "OIDC.OfferedAt", "SAML.RefusedAt", "SAML.Vouched", "SAML.VouchedUntil", "OIDC.RefusedAt", "Logo.MediaType"}
}

// TestNothingDiffersUnseen changes each field of a trust by itself, and demands that the difference names it: a field that
// is new and has no name here would be changed behind whoever decides about a draft.
func TestNothingDiffersUnseen(t *testing.T) {
	for _, p := range []store.Protocol{store.SAML, store.OIDC} {
		base := func() store.Trust {
			one := store.Trust{ID: "one", Protocol: p, Logo: &store.Picture{MediaType: "image/png", Data: []byte("p")}}
			if p == store.SAML {
				one.SAML = &store.SAMLTrust{}
			} else {
				one.OIDC = &store.OIDCTrust{}
			}
			return one
		}
		if changes := diffTrusts(base(), base()); len(changes) > 0 {
			t.Fatalf("%s: the same differs: %+v", p, changes)
		}
		said := map[string]string{}
		for _, path := range leaves(reflect.TypeFor[store.Trust](), "") {
			next := base()
			field, there := leaf(reflect.ValueOf(&next).Elem(), path)
			if !there || slices.Contains(unseen(), path) {
				continue
			}
			alter(t, field)
			changes := diffTrusts(base(), next)
			if len(changes) != 1 || changes[0].Field == "other" || changes[0].Old == changes[0].New {
				t.Errorf("%s: %s differs as %+v", p, path, changes)
				continue
			}
			if before := said[changes[0].Field]; before != "" && root(before) != root(path) {
				t.Errorf("%s: %s and %s are both called %s", p, before, path, changes[0].Field)
			}
			said[changes[0].Field] = path
		}
		if len(said) < 30 {
			t.Errorf("%s: only %d fields were tried", p, len(said))
		}
	}
}

// leaves names the fields of a type as Go reaches them.
func leaves(of reflect.Type, under string) (all []string) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() {
		return []string{under}
	}
	for i := range of.NumField() {
		name := of.Field(i).Name
		if under != "" {
			name = under + "." + name
		}
		all = append(all, leaves(of.Field(i).Type, name)...)
	}
	return all
}

// root is the field of a mapping's source, or the field itself: a source is shown as one.
func root(path string) string {
	parts := strings.SplitN(path, ".", 3)
	return strings.Join(parts[:min(len(parts), 2)], ".")
}

// leaf returns the field of v that path names, and whether the trust has that half at all.
func leaf(v reflect.Value, path string) (reflect.Value, bool) {
	for name := range strings.SplitSeq(path, ".") {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.FieldByName(name)
	}
	return v, true
}

// alter makes something else of a field.
func alter(t *testing.T, v reflect.Value) {
	t.Helper()
	switch of := v.Interface().(type) {
	case []byte:
		v.SetBytes(append([]byte("x"), of...))
	case []string:
		v.Set(reflect.ValueOf([]string{"x"}))
	case []netip.Prefix:
		v.Set(reflect.ValueOf([]netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}))
	case map[string]string:
		v.Set(reflect.ValueOf(map[string]string{"x": "y"}))
	case map[string]store.ID:
		v.Set(reflect.ValueOf(map[string]store.ID{"x": "y"}))
	default:
		switch v.Kind() {
		case reflect.String:
			v.SetString("x")
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Int, reflect.Int64:
			v.SetInt(v.Int() + 1)
		default:
			t.Fatalf("a field of type %s cannot be changed", v.Type())
		}
	}
}
