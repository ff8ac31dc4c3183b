package trust

import (
	"context"
	"errors"
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
	of      map[store.ID]sso.Choice
}

// way is what the sign-in page says of a trust, as it was at that stamp.
type way struct {
	stamp   store.TrustStamp
	label   string
	logo    string
	domains []string
}

// Ways returns the ways in by the enabled trusts. Anybody may ask for them as often as they like: each trust is read once
// for as long as it stays as it is.
func (r *Registry) Ways(ctx context.Context) (Ways, error) {
	enabled, err := r.directory.TrustWays(ctx)
	if err != nil {
		return Ways{}, fmt.Errorf("list trusts: %w", err)
	}
	w, read := Ways{domains: map[string][]store.ID{}, of: map[store.ID]sso.Choice{}}, map[store.ID]way{}
	for _, e := range enabled {
		one, err := r.way(ctx, e)
		if errors.Is(err, store.ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return Ways{}, err
		}
		read[e.ID] = one
		w.add(e, one)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ways = read
	return w, nil
}

// way returns what the sign-in page says of a trust.
func (r *Registry) way(ctx context.Context, e store.TrustWay) (way, error) {
	r.mu.Lock()
	one, ok := r.ways[e.ID]
	r.mu.Unlock()
	if ok && one.stamp.Equal(e.TrustStamp) {
		return one, nil
	}
	t, err := r.directory.Trust(ctx, e.ID)
	if err != nil {
		return way{}, fmt.Errorf("read trust %s: %w", e.ID, err)
	}
	if t.State != store.TrustEnabled || t.Owner != e.Owner {
		return way{}, fmt.Errorf("trust %s is another by now: %w", e.ID, store.ErrNotFound)
	}
	return way{t.Stamp(), t.Label, logoPath(t.Trust), t.Domains}, nil
}

// add puts a trust among the ways in.
func (w *Ways) add(e store.TrustWay, one way) {
	choice := sso.Choice{TrustID: e.ID, Label: one.label, Firm: e.Firm, Logo: one.logo}
	w.of[e.ID] = choice
	if one.label != "" {
		w.Choices = append(w.Choices, choice)
	}
	for _, domain := range one.domains {
		if !slices.Contains(w.domains[domain], e.ID) {
			w.domains[domain] = append(w.domains[domain], e.ID)
		}
	}
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

// Of returns the way that the people of an address sign in at. A domain that two trusts claim leads nowhere: nobody here
// knows which of them it belongs to, and neither may take the other's people.
func (w Ways) Of(address string) (sso.Choice, bool) {
	domain, ok := domainOf(address)
	if ids := w.domains[domain]; ok && len(ids) == 1 {
		return w.of[ids[0]], true
	}
	return sso.Choice{}, false
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
