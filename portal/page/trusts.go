package page

import (
	"net/http"
	"time"

	"cloudpocket/store"
)

// Trusts are the IdPs that the firm believes, or is about to.
type Trusts struct {
	Items   []TrustItem
	Notices []KeyNotice // of all trusts, on this page or not
	Next    store.Cursor
	Later   bool

	Sought string // the reference of a sign-in that is not there; empty: none was sought
}

// TrustItem is a line of them.
type TrustItem struct {
	ID          store.ID
	Name, Label string
	Protocol    store.Protocol
	State       store.TrustState
	Draft       bool        // something waits to be switched on
	Key         KeyEnd      // the key that ends first
	Last        LastSignIns // what came of the newest sign-ins
}

// KeyEnd is a key or a document with an end.
type KeyEnd struct {
	What        string // "theirs", "ours", "metadata", "offered", "offer" or "moved"
	Ends        time.Time
	Fingerprint string
	Left        int // days until then; less than 0 when it is over
}

// Soon reports whether the end is so near that somebody has to do something about it.
func (k KeyEnd) Soon() bool { return !k.Ends.IsZero() && k.Left <= 60 }

// Over reports whether it has ended.
func (k KeyEnd) Over() bool { return !k.Ends.IsZero() && k.Left < 0 }

// LastSignIns are when somebody was let in, and refused, last; zero if never.
type LastSignIns struct {
	Allowed, Refused time.Time
	Reason           string // why the last was refused
}

// Trusts shows the list.
func (p *Pages) Trusts(w http.ResponseWriter, r *http.Request, s Shell, v Trusts) error {
	s.Current = PlaceTrusts
	return p.show(w, r, http.StatusOK, "trusts", s, v)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v Trusts) NextLink() string  { return link("/admin/trusts", "after", string(v.Next)) }
func (v Trusts) FirstLink() string { return "/admin/trusts" }

// Self is the address of the trust's page.
func (i TrustItem) Self() string { return trustPath(i.ID, "") }

// Badge is the state of the trust.
func (i TrustItem) Badge() Badge { return trustBadge(i.State) }

func trustBadge(s store.TrustState) Badge {
	if s == store.TrustEnabled {
		return Badge{"trusts.state.enabled", "check", "done"}
	}
	return Badge{"trusts.state.disabled", "lock", "quiet"}
}

// trustPath is the address of a page of a trust.
func trustPath(id store.ID, page string) string {
	path := "/admin/trusts/" + string(id)
	if page == "" {
		return path
	}
	return path + "/" + page
}

// NewTrust is the form that begins a trust.
type NewTrust struct {
	Product, ID, Name string
	Protocol          store.Protocol
	Problems          []Problem
}

// NewTrust shows it; with problems in it the status is 422.
func (p *Pages) NewTrust(w http.ResponseWriter, r *http.Request, s Shell, v NewTrust) error {
	s.Current = PlaceTrusts
	return p.show(w, r, statusOf(v.Problems), "trustnew", s, v)
}

// Products are those that can be connected by a guide of their own.
func (v NewTrust) Products() []Product { return Products() }

// Fields are those that are typed.
func (v NewTrust) Fields() []Field {
	fields := []Field{
		{Name: "name", Kind: "text", Value: v.Name, Hint: true, Max: 100, Must: true},
		{Name: "id", Kind: "text", Value: v.ID, Hint: true, Max: 60},
	}
	return faulted(fields, v.Problems)
}

// Wrong is what is wrong with a part of the form.
func (v NewTrust) Wrong(field string) *Problem { return problemAt(v.Problems, field) }

// Chosen is the one way of connecting that is ticked, as its value in the form has it.
func (v NewTrust) Chosen() string { return v.Product + " " + string(v.Protocol) }
