package admin

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (a *admin) mountAddresses(m mounts) {
	m.get("/admin/addresses", a.addresses)
	m.post("/admin/addresses", a.saveAddresses)
}

// addresses shows from where people may come.
func (a *admin) addresses(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	rule, err := a.Portal.Addresses(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	return a.addressesPage(w, r, v, page.Addresses{Everybody: store.RangesText(rule.Everybody, "\n"), Administration: store.RangesText(rule.Administration, "\n")})
}

func (a *admin) addressesPage(w http.ResponseWriter, r *http.Request, v door.Visit, view page.Addresses) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	view.Here = v.Actor.Visit.Address
	return a.Pages.Addresses(w, r, s, view)
}

// saveAddresses keeps from where people may come. Refused, the page comes back with what was typed.
func (a *admin) saveAddresses(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	typed := page.Addresses{Everybody: r.PostForm.Get("everybody"), Administration: r.PostForm.Get("administration"), Wide: r.PostForm.Get("wide") == "1"}
	if _, err := a.Portal.Addresses(r.Context(), v.Actor); err != nil { // who may not save it is told that, and not what was typed wrongly
		return err
	}
	var rule store.AddressRule
	for _, one := range []struct {
		field, text string
		ranges      *[]netip.Prefix
	}{{"everybody", typed.Everybody, &rule.Everybody}, {"administration", typed.Administration, &rule.Administration}} {
		var err error
		if *one.ranges, err = store.ParseRanges(one.text); err != nil {
			typed.Problems = append(typed.Problems, refusedIn(one.field, err)...)
		}
	}
	if len(typed.Problems) == 0 {
		err := a.Portal.SaveAddresses(r.Context(), v.Actor, rule, typed.Wide)
		if err == nil {
			return door.SeeOther(w, r, "/admin/addresses?done=addresses")
		}
		if typed.Problems = refusedIn("", err); typed.Problems == nil {
			return err
		}
	}
	return a.addressesPage(w, r, v, typed)
}

// refusedIn returns what a person is told of an entry that was refused, as too what would take the last way in from a firm;
// nothing for any other error.
func refusedIn(field string, err error) []page.Problem {
	var e *store.Error
	mends := errors.As(err, &e) && (e.Kind == store.Invalid || e.Kind == store.TooLarge || strings.HasPrefix(e.Key, "error.last_way"))
	if !mends || e.Key == "" {
		return nil
	}
	return []page.Problem{{Field: field, Key: e.Key, Args: e.Args}}
}
