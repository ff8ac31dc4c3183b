package page

import (
	"fmt"
	"net/http"
	"strings"

	"cloudpocket/store"
)

// Rules are how the firm handles each kind of document.
type Rules struct {
	Items   []RuleItem
	Every   bool // whatever their rules say, a second person is needed for every kind
	MaySave bool
	Open    string   // the kind whose form is open
	Problem *Problem // why saving it was refused
}

// RuleItem is the rule that holds for a kind; Own: the firm made it.
type RuleItem struct {
	store.Rule
	Own       bool
	Typed     string // the days of reminders as a person entered them; empty: those of the rule
	TypedTell string // the same of those to tell persons
}

// Rules shows the rules; with a problem in it the status is 422.
func (p *Pages) Rules(w http.ResponseWriter, r *http.Request, s Shell, v Rules) error {
	s.Current = PlaceDesk
	status := http.StatusOK
	if v.Problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return p.show(w, r, status, "rules", s, v)
}

// Days are the days of reminders as they are entered.
func (i RuleItem) Days() string {
	if i.Typed != "" {
		return i.Typed
	}
	return listed(i.RemindDays)
}

// Tells are the days of reminders to tell persons, as they are entered.
func (i RuleItem) Tells() string {
	if i.TypedTell != "" {
		return i.TypedTell
	}
	return listed(i.TellDays)
}

func listed(days []int) string {
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(days), "[]")), ", ")
}

// Recipients are who can get mails.
func (i RuleItem) Recipients() []store.Recipients { return recipients() }

func recipients() []store.Recipients {
	return []store.Recipients{store.ToAll, store.ToNamed, store.ToNobody}
}

// Years are those that documents can be kept.
func (i RuleItem) Years() []int { return []int{2, 3, 4, 5} }

// MyMail is which mails a person wants.
type MyMail struct {
	Off, Digest bool
	Email       string
	Hour        int
	Sending     bool // there is a server to send mails by
}

// MyMail shows the form for one's own mails.
func (p *Pages) MyMail(w http.ResponseWriter, r *http.Request, s Shell, v MyMail) error {
	s.Current = PlaceDevices
	return p.show(w, r, http.StatusOK, "mymail", s, v)
}
