package portal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/fold"
)

// EnteredFilter narrows the list of who is signed in. Zero fields do not narrow.
type EnteredFilter struct {
	Trust   store.ID
	Account store.ID
	Text    string // within the person's name, the company's, the address, the device or the partner's page
}

// EnteredItem is a session as administrators see it: without what the IdP wrote for us.
type EnteredItem struct {
	ID        store.ID
	AccountID store.ID
	Person    string
	Company   string // empty for the firm's own people
	TrustID   store.ID
	Trust     string // its name
	Address   string
	Device    string
	Began     time.Time
	Seen      time.Time
	Origin    string // of the partner's page that it is in; empty for a browser's
}

// EnteredList is who is signed in, the latest first.
type EnteredList struct {
	Items  []EnteredItem
	More   bool          // there are more sessions than were looked at or are shown
	Trusts []store.Trust // those that somebody of the list came by, to narrow it to
}

const (
	enteredLook = 1000   // how many sessions are looked at for a list at first
	enteredMost = 16_000 // and at most, while fewer are found than are shown
	enteredShow = 200    // how many are shown
)

// Entered returns who is signed in now, of the accounts that the actor manages. In a big firm most may be others: it looks
// further while it has found too few.
func (p *Portal) Entered(ctx context.Context, a Actor, f EnteredFilter) (list EnteredList, err error) {
	if err := p.view(ctx, a, store.PermitAccounts, func(store.Tx, store.Account) error { return nil }); err != nil {
		return list, err
	}
	sel := store.SessionSelector{TenantID: a.TenantID, AccountID: f.Account, TrustID: f.Trust}
	e := entrance{names: newNames(), known: map[store.ID]PersonItem{}, trusts: map[store.ID]store.Trust{}}
	for look := enteredLook; ; look *= 4 {
		sessions, more, err := p.Sessions.List(ctx, sel, look)
		if err != nil {
			return list, fmt.Errorf("list who is signed in: %w", err)
		}
		list, err = p.enteredOf(ctx, a, f, sessions, e)
		if err != nil || !more || list.More || look >= enteredMost {
			list.More = list.More || more
			return list, err
		}
	}
}

// enteredOf returns those of sessions that the actor may see and f leaves, as many as are shown; look has what was looked up
// when there were fewer.
func (p *Portal) enteredOf(ctx context.Context, a Actor, f EnteredFilter, sessions []store.Session, look entrance) (list EnteredList, err error) {
	err = p.view(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		list = EnteredList{}
		look.tx, look.scope = tx, scopeOf(tx, account)
		for _, s := range sessions {
			item, seen, err := look.item(ctx, s)
			if err != nil {
				return err
			}
			if !seen || !item.holds(f.Text) {
				continue
			}
			if len(list.Items) == enteredShow {
				list.More = true
				break
			}
			list.Items = append(list.Items, item)
		}
		list.Trusts = look.cameBy()
		return nil
	})
	return list, err
}

// holds reports whether text is in something that is shown of the session.
func (i EnteredItem) holds(text string) bool {
	text = fold.Text(text)
	return text == "" || strings.Contains(fold.Text(strings.Join([]string{i.Person, i.Company, i.Address, i.Device, i.Origin}, "\n")), text)
}

// entrance looks up whose sessions are, each account and trust once.
type entrance struct {
	tx     store.Tx
	scope  *scope
	names  names
	known  map[store.ID]PersonItem // a zero one is of whom the actor does not manage
	trusts map[store.ID]store.Trust
}

func (e entrance) item(ctx context.Context, s store.Session) (EnteredItem, bool, error) {
	who, seen, err := e.person(ctx, s.AccountID)
	if err != nil || !seen {
		return EnteredItem{}, false, err
	}
	if _, known := e.trusts[s.TrustID]; !known {
		t, err := e.tx.Trusts().Get(ctx, s.TrustID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return EnteredItem{}, false, fmt.Errorf("read trust %s: %w", s.TrustID, err)
		}
		e.trusts[s.TrustID] = store.Trust{ID: s.TrustID, Name: t.Name}
	}
	return EnteredItem{ID: s.ID, AccountID: s.AccountID, Person: who.Name, Company: who.Company, TrustID: s.TrustID, Trust: e.trusts[s.TrustID].Name,
		Address: s.Address, Device: s.Device, Began: s.Began, Seen: s.Seen, Origin: s.Embed.Origin}, true, nil
}

// person returns whom the actor manages, and whether they do.
func (e entrance) person(ctx context.Context, id store.ID) (who PersonItem, seen bool, err error) {
	if who, known := e.known[id]; known {
		return who, who.ID != "", nil
	}
	account, err := e.scope.managed(ctx, id)
	switch {
	case err == nil:
		who, err = e.names.item(ctx, e.tx, account)
	case errors.Is(err, store.ErrNotFound):
		err = nil
	}
	if err != nil {
		return PersonItem{}, false, err
	}
	e.known[id] = who
	return who, who.ID != "", nil
}

// cameBy returns the trusts that were met, by name.
func (e entrance) cameBy() []store.Trust {
	all := slices.Collect(maps.Values(e.trusts))
	slices.SortFunc(all, func(a, b store.Trust) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all
}
