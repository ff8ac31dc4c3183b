package trust

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Ways are the ways in that a sign-in page offers: those to choose from, and those that a mail address leads to.
type Ways struct {
	Choices []sso.Choice          // the trusts that have a label, by ID
	domains map[string][]store.ID // of mail addresses → the trusts that claim them
}

// Ways returns the ways in by the enabled trusts.
func (r *Registry) Ways(ctx context.Context) (Ways, error) {
	all, err := r.directory.EnabledTrusts(ctx)
	if err != nil {
		return Ways{}, fmt.Errorf("list trusts: %w", err)
	}
	w := Ways{domains: map[string][]store.ID{}}
	for _, t := range all {
		if t.Label != "" {
			w.Choices = append(w.Choices, sso.Choice{TrustID: t.ID, Label: t.Label, Logo: logoPath(t.Trust)})
		}
		for _, domain := range t.Domains {
			if !slices.Contains(w.domains[domain], t.ID) {
				w.domains[domain] = append(w.domains[domain], t.ID)
			}
		}
	}
	return w, nil
}

// ByAddress reports whether there is a trust that a mail address can lead to.
func (w Ways) ByAddress() bool { return len(w.domains) > 0 }

// Only returns the trust that needs no choosing since there is no other way in, or "".
func (w Ways) Only() store.ID {
	if len(w.Choices) != 1 {
		return ""
	}
	only := w.Choices[0].TrustID
	for _, ids := range w.domains {
		for _, id := range ids {
			if id != only {
				return ""
			}
		}
	}
	return only
}

// Of returns the trust that the people of an address sign in at. A domain that two trusts claim leads nowhere: nobody here
// knows which of them it belongs to, and neither may take the other's people.
func (w Ways) Of(address string) (store.ID, bool) {
	domain, ok := domainOf(address)
	if ids := w.domains[domain]; ok && len(ids) == 1 {
		return ids[0], true
	}
	return "", false
}

// maxAddress is how many bytes a mail address may have that is looked at.
const maxAddress = 1000

// domainOf returns the domain of a mail address as trusts name theirs: in lower case and ASCII (IDNA's A-labels), however
// a person's keyboard wrote it.
func domainOf(address string) (string, bool) {
	address = strings.ReplaceAll(strings.TrimSpace(address), "＠", "@")
	i := strings.LastIndexByte(address, '@')
	if i < 1 || len(address) > maxAddress {
		return "", false
	}
	domain, err := idna.Lookup.ToASCII(address[i+1:])
	return domain, err == nil && domain != ""
}

// Logo returns the picture of an enabled trust on the sign-in page, and the trust's version; ErrNotFound when the trust
// has none, or is not shown there.
func (r *Registry) Logo(ctx context.Context, id store.ID) (store.Picture, int64, error) {
	if !id.Valid() {
		return store.Picture{}, 0, store.ErrNotFound
	}
	t, err := r.directory.Trust(ctx, id)
	if err != nil {
		return store.Picture{}, 0, fmt.Errorf("read trust %s: %w", id, err)
	}
	if logoPath(t.Trust) == "" {
		return store.Picture{}, 0, fmt.Errorf("trust %s shows no logo: %w", id, store.ErrNotFound)
	}
	return *t.Logo, t.Version, nil
}

// logoPath is where the logo of a trust is served, "" where it shows none. Another version has another address.
func logoPath(t store.Trust) string {
	if t.State != store.TrustEnabled || t.Label == "" || t.Logo == nil {
		return ""
	}
	return fmt.Sprintf("/sso/%s/logo?v=%d", t.ID, t.Version)
}
