package page

import (
	"net/http"
	"slices"

	"cloudpocket/store"
)

// OfficeMails are offices, and how they are told by mail.
type OfficeMails struct {
	Items []OfficeMail
	Next  store.Cursor
	Later bool
}

// OfficeMail is how an office is told by mail of what is delivered to it.
type OfficeMail struct {
	store.OfficeMail
	Office  store.Office
	Company string
	People  []store.Account // who can be named
	Hour    int             // when the day's mail goes out
	Problem *Problem        // why saving it was refused
}

// OfficeMails shows the list.
func (p *Pages) OfficeMails(w http.ResponseWriter, r *http.Request, s Shell, v OfficeMails) error {
	s.Current = PlaceDesk
	return p.show(w, r, http.StatusOK, "officemails", s, v)
}

// OfficeMail shows the form for one; with a problem in it the status is 422.
func (p *Pages) OfficeMail(w http.ResponseWriter, r *http.Request, s Shell, v OfficeMail) error {
	s.Current = PlaceDesk
	status := http.StatusOK
	if v.Problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return p.show(w, r, status, "officemail", s, v)
}

// NextLink and FirstLink lead on and back to the beginning.
func (v OfficeMails) NextLink() string  { return link("/desk/offices", "after", string(v.Next)) }
func (v OfficeMails) FirstLink() string { return "/desk/offices" }

// Self is the address of the form.
func (v OfficeMail) Self() string { return "/desk/offices/" + string(v.Office.ID) + "/mail" }

// Recipients are who can get mails.
func (v OfficeMail) Recipients() []store.Recipients { return recipients() }

// IsNamed reports whether an account is responsible at the office.
func (v OfficeMail) IsNamed(id store.ID) bool { return slices.Contains(v.Named, id) }
