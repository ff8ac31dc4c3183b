package page

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"cloudpocket/store"
)

// Provisioning is how another service keeps a trust's accounts in step with itself: where it reaches us, by what token,
// and what it has to be told.
type Provisioning struct {
	TrustFrame
	URL     string // of our service for this trust
	Subject string // which of a user's attributes is what the IdP calls the person, as it counts
	Rule    string // what is chosen of that, in the draft if there is one; empty: what the protocol suggests
	Waits   bool   // what is chosen does not count yet
	Tokens  []ScimToken
	Secret  string // of the token that was just made: only in the one answer that makes it
	Typed   string // the name of a token that was refused
	Days    int
	May     int // how many tokens more there may be
	Problem []Problem

	Users, Groups int // that were sent
	Waiting       []ScimWaiting
	More          bool // there are others who wait

	Refused []ScimRefusal
	Events  string // where the log has more of it; empty: it is not theirs to read
}

// ScimRefusal is what was refused. Why is the message "scim.refused." + Why.
type ScimRefusal struct {
	Why   string
	Name  string
	At    time.Time
	Count int64
}

// ScimWaiting is somebody who was sent and cannot enter. Why is the message "scim.wait." + Why.
type ScimWaiting struct {
	Name, Login, Company string
	Since                time.Time
	Why                  string
}

// ScimToken is a token as the list shows it.
type ScimToken struct {
	store.ScimToken
	Left   int  // days until it is worth nothing; less than 0 when it is over
	Good   bool // it is neither over nor revoked
	Orphan bool // it stands, and is refused for who made it
}

// scimSoon is how many days ahead the end of a token is warned of.
const scimSoon = 30

// Soon reports whether the end is so near that another has to be made.
func (t ScimToken) Soon() bool { return t.Good && t.Left <= scimSoon }

// Idle reports whether nobody ever came with a token that is good.
func (t ScimToken) Idle() bool { return t.Good && t.Used.IsZero() }

// Badge says what the token is worth.
func (t ScimToken) Badge() Badge {
	switch {
	case !t.Revoked.IsZero():
		return Badge{"scim.state.revoked", "lock", "quiet"}
	case !t.Good:
		return Badge{"scim.state.over", "clock", "quiet"}
	case t.Orphan:
		return Badge{"scim.state.orphan", "warn", "bad"}
	case t.Soon():
		return Badge{"scim.state.soon", "clock", "wait"}
	}
	return Badge{"scim.state.good", "check", "done"}
}

// ScimLives are for how many days a token can be made.
func ScimLives() []int { return []int{90, 180, 365, 730} }

// Provisioning shows the page; with problems in it the status is 422.
func (p *Pages) Provisioning(w http.ResponseWriter, r *http.Request, s Shell, v Provisioning) error {
	s.Current = PlaceTrusts
	if !slices.Contains(ScimLives(), v.Days) {
		v.Days = 365
	}
	if s.Permissions.Has(store.PermitLog) {
		v.Events = link(eventsPath, "text", string(v.ID))
	}
	return p.show(w, r, statusOf(v.Problem), "trustscim", s, v)
}

// Lives are for how many days a token can be made.
func (v Provisioning) Lives() []int { return ScimLives() }

// Wrong is what is wrong with a part of the form.
func (v Provisioning) Wrong(field string) *Problem { return problemAt(v.Problem, field) }

// ScimURL is where a trust's accounts are provisioned, below baseURL.
func ScimURL(baseURL string, id store.ID) string { return baseURL + "/scim/" + string(id) + "/v2" }

// Subjects are what can be chosen.
func (v Provisioning) Subjects() []string {
	return []string{"", store.SubjectUserName, store.SubjectExternalID}
}

// Choose is the address of that choice, and Try where it is switched on.
func (v Provisioning) Choose() string { return trustPath(v.ID, "scim/subject") }
func (v Provisioning) Try() string    { return trustPath(v.ID, "test") }

// Make is the address that makes a token, and Revoke the one that revokes it.
func (v Provisioning) Make() string { return trustPath(v.ID, "scim") }
func (v Provisioning) Revoke(token store.ID) string {
	return trustPath(v.ID, "scim/"+string(token)+"/revoke")
}

// Standing and Past are the tokens that are good, and those that are not any more.
func (v Provisioning) Standing() []ScimToken { return v.those(true) }
func (v Provisioning) Past() []ScimToken     { return v.those(false) }

func (v Provisioning) those(good bool) (all []ScimToken) {
	for _, t := range v.Tokens {
		if t.Good == good {
			all = append(all, t)
		}
	}
	return all
}

// Last is when anybody came last with one of the tokens, to the hour.
func (v Provisioning) Last() (at time.Time) {
	for _, t := range v.Tokens {
		if t.Used.After(at) {
			at = t.Used
		}
	}
	return at
}

// ScimGuide is what somebody does in a product so that it provisions.
type ScimGuide struct {
	Product string // as in [Products]
	Open    bool
	Steps   []string // messages
}

// scimGuides says how many sentences each guide has.
func scimGuides() []struct {
	product string
	steps   int
} {
	return []struct {
		product string
		steps   int
	}{{"entra", 7}, {"okta", 7}, {"other", 5}}
}

// Guides are those there are; the one that the reader came with is open.
func (v Provisioning) Guides() (all []ScimGuide) {
	for _, g := range scimGuides() {
		one := ScimGuide{Product: g.product, Open: g.product == v.Product}
		for i := range g.steps {
			one.Steps = append(one.Steps, fmt.Sprintf("scim.guide.%s.%d", g.product, i+1))
		}
		all = append(all, one)
	}
	return all
}
