package portal

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"cloudpocket/sso/keyset"
	"cloudpocket/store"
)

// ClientDraft is what an administrator says of an API client.
type ClientDraft struct {
	Name    string
	Keys    []byte // its JWK Set; empty for one that is there: those that it has
	KeysURL string // where its keys are fetched from, in place of Keys
	Scopes  store.Scope
	Offices store.OfficeScope
	Called  []string // further offices, by their IDs or those of the parent product
	Origins []string
	Allowed []netip.Prefix
	Version int64 // of what is changed
}

// onto puts what d says on a client, as far as account may.
func (p *Portal) onto(ctx context.Context, tx store.Tx, account store.Account, c store.APIClient, d ClientDraft) (store.APIClient, error) {
	c.Name, c.Scopes, c.Allowed = strings.TrimSpace(d.Name), d.Scopes, d.Allowed
	if err := d.check(account); err != nil {
		return c, err
	}
	var err error
	keys := string(c.Keys) + c.KeysURL
	if c, err = p.withKeys(c, d.Keys, strings.TrimSpace(d.KeysURL)); err != nil {
		return c, err
	}
	if string(c.Keys)+c.KeysURL != keys {
		c.KeyedBy = account.ID
	}
	if c.Offices, err = clientOffices(ctx, tx, account, d); err != nil {
		return c, err
	}
	c.Origins, err = p.clientOrigins(d.Origins)
	return c, err
}

// check demands what can be shown and kept, and may be given.
func (d ClientDraft) check(account store.Account) error {
	switch {
	case !nameable(d.Name):
		return store.Fail(store.Invalid, "error.client_name", "name %q", d.Name).With("Max", nameRunes)
	case d.Scopes == 0 || d.Scopes&^store.ScopeAll != 0:
		return store.Fail(store.Invalid, "error.client_no_scope", "scopes %b", d.Scopes)
	case len(d.Allowed) > store.MaxRanges || slices.ContainsFunc(d.Allowed, misfit):
		return store.Fail(store.Invalid, "error.address_many", "%d ranges", len(d.Allowed)).With("Max", store.MaxRanges)
	}
	return overClient(account, d.Scopes)
}

// withKeys gives a client its keys, or the address that they are fetched from. Without either it keeps what it has.
func (p *Portal) withKeys(c store.APIClient, keys []byte, from string) (store.APIClient, error) {
	if from != "" {
		if !p.keysAddress(from) {
			return c, store.Fail(store.Invalid, "error.client_keys_url", "address %.200q", from)
		}
		if from != c.KeysURL {
			c.KeysURL, c.Keys, c.FetchedAt = from, nil, time.Time{}
		}
		return c, nil
	}
	if len(keys) == 0 {
		if c.KeysURL != "" || len(c.Keys) == 0 {
			return c, store.Fail(store.Invalid, "error.client_no_keys", "API client %s without keys", c.ID)
		}
		return c, nil
	}
	set, err := keyset.Parse(keys)
	if err != nil {
		return c, err
	}
	c.KeysURL, c.FetchedAt = "", time.Time{}
	c.Keys, err = keyset.Encode(set)
	return c, err
}

// maxAddress is how long an address or an origin may be, in bytes.
const maxAddress = 500

// keysAddress reports whether keys may be fetched from an address: by https, and from nowhere within our network unless
// the operator lets administrators name that. What its host resolves to is looked at when it is asked.
func (p *Portal) keysAddress(address string) bool {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxAddress || !plainText(address) || !webAddress(address, p.PrivateIdPs) {
		return false
	}
	return p.PrivateIdPs || !withinOurs(u.Hostname())
}

// withinOurs reports whether a host is by its own name one that no partner has.
func withinOurs(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if at, err := netip.ParseAddr(host); err == nil {
		at = at.Unmap()
		return !at.IsGlobalUnicast() || at.IsPrivate() || at.Zone() != ""
	}
	last := host[strings.LastIndex(host, ".")+1:]
	return last == host || last == "" || last == "localhost" || last[0] >= '0' && last[0] <= '9' // an address in another spelling
}

// clientOffices returns which offices a client is to reach.
func clientOffices(ctx context.Context, tx store.Tx, account store.Account, d ClientDraft) (store.OfficeScope, error) {
	if d.Offices.All {
		return store.OfficeScope{All: true}, nil
	}
	if len(d.Offices.Offices)+len(d.Called) > MaxScope {
		return store.OfficeScope{}, store.Fail(store.Invalid, "error.too_many_offices", "%d offices", len(d.Offices.Offices)+len(d.Called)).With("Max", MaxScope)
	}
	var ids []store.ID
	for _, name := range append(strings.Fields(idText(d.Offices.Offices)), d.Called...) {
		o, err := officeCalled(ctx, tx, account, name)
		if err != nil {
			return store.OfficeScope{}, err
		}
		ids = append(ids, o.ID)
	}
	if len(ids) == 0 {
		return store.OfficeScope{}, store.Fail(store.Invalid, "error.client_no_office", "no office")
	}
	slices.Sort(ids)
	return store.OfficeScope{Offices: slices.Compact(ids)}, nil
}

// maxOrigins is how many origins a client may name.
const maxOrigins = 20

// clientOrigins returns origins in the form that browsers send them (RFC 6454 6.2), each once and in order.
func (p *Portal) clientOrigins(typed []string) (all []string, err error) {
	for _, one := range typed {
		o, ok := p.originOf(strings.TrimSpace(one))
		if !ok {
			return nil, store.Fail(store.Invalid, "error.client_origin", "origin %.200q", one).With("Origin", shortOrigin(one))
		}
		all = append(all, o)
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) > maxOrigins {
		return nil, store.Fail(store.Invalid, "error.client_origins", "%d origins", len(all)).With("Max", maxOrigins)
	}
	return all, nil
}

// shortOrigin is what a person is told of an origin that they typed.
func shortOrigin(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}
