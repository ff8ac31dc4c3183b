package portal_test

import (
	"slices"
	"testing"

	"cloudpocket/store"
)

// TestDomainsAsTheyAreLookedUp gives domains as people write them, as an administrator and as the operator.
func TestDomainsAsTheyAreLookedUp(t *testing.T) {
	given := []string{"@日本.jp", "Example.jp", "aoba。example"}
	want := []string{"xn--wgv71a.jp", "example.jp", "aoba.example"}
	w := newTrustWorld(t)
	a := w.keeper(t)
	d := w.begin(t, a, store.SAML)
	d.Domains = given
	if d, problems := w.save(t, a, d); len(problems) > 0 && problems[0].Field == "domains" || !slices.Equal(d.Domains, want) {
		t.Errorf("an administrator saves %q, %v", d.Domains, problems)
	}
	out, err := w.setup.GiveDraft(t.Context(), "a", "given", store.SAML, false, func(before store.Trust) (store.Trust, error) {
		before.Domains = given
		return before, nil
	})
	must(t, err)
	if !slices.Equal(out.Draft.Domains, want) {
		t.Errorf("the operator gives %q", out.Draft.Domains)
	}
}
