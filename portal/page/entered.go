package page

import (
	"net/http"
	"time"

	"cloudpocket/store"
)

// Entered is who is signed in now.
type Entered struct {
	Items   []EnteredItem
	More    bool // there are more than are shown
	Text    string
	Trust   store.ID
	Account store.ID
	Trusts  []store.Trust
	Current store.ID // the session that asks
	MayAll  bool     // the reader may end all sessions of a trust
}

// EnteredItem is a session.
type EnteredItem struct {
	ID, AccountID   store.ID
	Person, Company string
	TrustID         store.ID
	Trust           string
	Address, Device string
	Began, Seen     time.Time
	Origin          string // of the partner's page that it is in; empty for a browser's
}

// Entered shows who is signed in.
func (p *Pages) Entered(w http.ResponseWriter, r *http.Request, s Shell, v Entered) error {
	s.Current = PlaceEntered
	return p.show(w, r, http.StatusOK, "entered", s, v)
}

const enteredPath = "/admin/sessions"

// OfTrust and OfPerson are links to the same list by one trust, or all, and to that of one person.
func (v Entered) OfTrust(id store.ID) string {
	return link(enteredPath, "q", v.Text, "trust", string(id))
}
func (v Entered) OfPerson(id store.ID) string {
	return link(enteredPath, "account", string(id))
}

// EndTrust is where ending all sessions of the chosen trust is asked about, EndPerson likewise of the chosen person.
func (v Entered) EndTrust() string  { return link(enteredPath+"/end", "trust", string(v.Trust)) }
func (v Entered) EndPerson() string { return link(enteredPath+"/end", "account", string(v.Account)) }

// Narrowed reports whether not everybody is listed.
func (v Entered) Narrowed() bool { return v.Text != "" || v.Trust != "" || v.Account != "" }

// TrustName is the name of the chosen trust, and PersonName that of the chosen person, as far as the list knows them.
func (v Entered) TrustName() string {
	for _, t := range v.Trusts {
		if t.ID == v.Trust && t.Name != "" {
			return t.Name
		}
	}
	return string(v.Trust)
}

func (v Entered) PersonName() string {
	for _, i := range v.Items {
		if i.AccountID == v.Account {
			return i.Person
		}
	}
	return string(v.Account)
}

// Self is where the session is ended.
func (i EnteredItem) Self() string {
	return enteredPath + "/" + string(i.AccountID) + "/" + string(i.ID) + "/end"
}

// Ending asks whether the sessions of a person, or those by a trust, shall end.
type Ending struct {
	Account, Trust store.ID
	Name           string
	Count          int
	More           bool // there are more than were counted
	Own            bool // the reader's own is among them
}

// Ending shows the question.
func (p *Pages) Ending(w http.ResponseWriter, r *http.Request, s Shell, v Ending) error {
	s.Current = PlaceEntered
	return p.show(w, r, http.StatusOK, "ending", s, v)
}
