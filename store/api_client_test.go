package store_test

import (
	"errors"
	"net/netip"
	"testing"

	"cloudpocket/store"
)

// TestScopes reads scopes as the protocol writes them, and writes them so.
func TestScopes(t *testing.T) {
	for text, want := range map[string]store.Scope{
		"":                                0,
		"receipts  documents":             store.ScopeReceipts | store.ScopeDocuments,
		"places documents receipts embed": store.ScopeAll,
		"documents documents":             store.ScopeDocuments,
		"\tembed\n":                       store.ScopeEmbed,
	} {
		got, err := store.ParseScope(text)
		again, errAgain := store.ParseScope(got.String())
		if err != nil || errAgain != nil || got != want || again != want {
			t.Errorf("%q is %q, and that %q: %v, %v", text, got, again, err, errAgain)
		}
	}
	for _, text := range []string{"all", "Documents", "documents,receipts"} {
		if got, err := store.ParseScope(text); !errors.Is(err, store.ErrInvalid) || got != 0 {
			t.Errorf("%q is %q, %v", text, got, err)
		}
	}
	if store.ScopeReceipts.Has(store.ScopeReceipts|store.ScopeEmbed) || !store.ScopeAll.Has(store.ScopeEmbed) || !store.ScopeAll.Has(0) {
		t.Error("what a scope has is wrong")
	}
}

// TestClientAdmits holds from where a client may come.
func TestClientAdmits(t *testing.T) {
	some := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
	for _, row := range []struct {
		allowed []netip.Prefix
		address string
		want    bool
	}{
		{nil, "203.0.113.1", true}, {nil, "", true},
		{some, "192.0.2.7", true}, {some, "::ffff:192.0.2.7", true}, {some, "2001:db8::1", true},
		{some, "203.0.113.1", false}, {some, "", false}, {some, "x", false},
	} {
		if got := (store.APIClient{Allowed: row.allowed}).Admits(row.address); got != row.want {
			t.Errorf("%q in %v is %t", row.address, row.allowed, got)
		}
	}
}
