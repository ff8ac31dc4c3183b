package page

import (
	"net/http"
	"strings"
	"time"

	"cloudpocket/store"
)

// The entries of the operator's menu.
const (
	PlaceOperator Place = "operator"
	PlaceFirms    Place = "operator_firms"
	PlaceAudit    Place = "operator_audit"
	PlaceEvents   Place = "operator_events"
	PlaceSecurity Place = "operator_security"
)

// Operated returns the operator's menu.
func (s Shell) Operated() []Entry {
	var menu []Entry
	add := s.adder(&menu)
	add(PlaceOperator, "desk", "/")
	add(PlaceFirms, "building", "/firms")
	add(PlaceAudit, "clock", "/audit")
	add(PlaceEvents, "warn", "/events")
	add(PlaceSecurity, "lock", "/security")
	return menu
}

// OperatorSignIn asks for a name and a password.
type OperatorSignIn struct {
	Name    string
	Done    bool // the password was just set by a link
	Problem *Problem
}

// OperatorSecond asks for the second factor.
type OperatorSecond struct {
	Passkeys bool // there is one to use
	Codes    bool // an authenticator gives them
	Change   bool // the password is to be changed after it
	Problem  *Problem
}

// OperatorEnrol sets up an authenticator.
type OperatorEnrol struct {
	Secret, URI string
	First       bool // there is no second factor yet
	Change      bool
	Problem     *Problem
}

// Grouped is the secret in groups, as it is typed.
func (v OperatorEnrol) Grouped() string {
	var b []byte
	for i := range len(v.Secret) {
		if i > 0 && i%4 == 0 {
			b = append(b, ' ')
		}
		b = append(b, v.Secret[i])
	}
	return string(b)
}

// OperatorCodes shows new recovery codes, once.
type OperatorCodes struct {
	Codes []string
	Next  string // where to go on to
}

// OperatorLink sets a password by a one-time link.
type OperatorLink struct {
	Name    string
	Problem *Problem
}

// OperatorHome is how the deployment is.
type OperatorHome struct {
	Parts   []OperatorPart
	Owed    []OperatorOwed
	Version string
	Now     time.Time // by the clock of the instance that answers
	Window  store.Window
}

// OperatorPart is a part of the deployment and what it says.
type OperatorPart struct{ Name, Says string }

// Good reports whether the part is as it should be.
func (p OperatorPart) Good() bool { return p.Says == "ok" || p.Says == "off" }

// OperatorOwed is work of a kind that waits: all that is due, and what has been for longer.
type OperatorOwed struct {
	Kind           store.TaskKind
	Due, Late, Old int // due at all, for two minutes, for an hour
}

// OperatorFirms lists the firms.
type OperatorFirms struct {
	Items    []store.Tenant
	Next     store.Cursor
	Later    bool
	ID, Name string // as typed
	Now      time.Time
	Problem  *Problem
}

// Outside reports whether the firm has no contract today.
func (v OperatorFirms) Outside(f store.Tenant) bool { return outside(f, v.Now) }

// NextLink and FirstLink lead on and back to the beginning.
func (v OperatorFirms) NextLink() string  { return link(v.FirstLink(), "after", string(v.Next)) }
func (v OperatorFirms) FirstLink() string { return "/firms" }

// OperatorFirm is one firm: how much of what it has, and nothing of what that is.
type OperatorFirm struct {
	store.Tenant
	Accounts    int
	LastSignIn  time.Time
	Stored      int64
	Trusts      []OperatorTrust
	Now         time.Time
	From, Until string // as typed
	Problem     *Problem
}

// OperatorTrust is a trust of a firm.
type OperatorTrust struct {
	ID       store.ID
	Name     string
	Protocol store.Protocol
	State    store.TrustState
	KeysEnd  time.Time
}

// Enabled reports whether the trust is believed.
func (t OperatorTrust) Enabled() bool { return t.State == store.TrustEnabled }

// Outside reports whether the firm has no contract today.
func (v OperatorFirm) Outside() bool { return outside(v.Tenant, v.Now) }

// outside reports whether now is on no day of the firm's contract, as days are in Japan.
func outside(f store.Tenant, now time.Time) bool {
	today := store.Date(now.In(tokyo()).Format(time.DateOnly))
	return f.ContractFrom != "" && today < f.ContractFrom || f.ContractUntil != "" && f.ContractUntil < today
}

// Events leads to what the service warned of at the firm.
func (v OperatorFirm) Events() string { return OperatorEvents{Firm: v.ID}.FirstLink() }

// Lapsed reports whether keys that end then have ended.
func (v OperatorFirm) Lapsed(t time.Time) bool { return !t.IsZero() && !v.Now.Before(t) }

// OperatorAudit is a page of the deployment's own log.
type OperatorAudit struct {
	Items   []store.AuditEvent
	Next    store.Cursor
	Later   bool
	Checked bool // the chain was walked
	Intact  bool
	Head    store.AuditHead
}

// NextLink and FirstLink lead on and back to the beginning.
func (v OperatorAudit) NextLink() string  { return link(v.FirstLink(), "after", string(v.Next)) }
func (v OperatorAudit) FirstLink() string { return "/audit" }

// Events is how many there are in the chain that was walked.
func (v OperatorAudit) Events() int { return int(v.Head.Seq) }

// OperatorEvents is a page of the service's warnings and errors.
type OperatorEvents struct {
	Items []store.SystemEvent
	Next  store.Cursor
	Later bool
	Level store.EventLevel // that alone; "": any
	Firm  store.ID         // the one that met them; "": any
}

// Levels are those that the page can be narrowed to, "" for all.
func (v OperatorEvents) Levels() []store.EventLevel {
	return []store.EventLevel{"", store.Failure, store.Warning}
}

// OfLevel, AnyFirm, NextLink and FirstLink lead to another part of the list.
func (v OperatorEvents) OfLevel(l store.EventLevel) string {
	return link("/events", "level", string(l), "firm", string(v.Firm))
}
func (v OperatorEvents) AnyFirm() string   { return link("/events", "level", string(v.Level)) }
func (v OperatorEvents) FirstLink() string { return v.OfLevel(v.Level) }
func (v OperatorEvents) NextLink() string {
	return link("/events", "level", string(v.Level), "firm", string(v.Firm), "after", string(v.Next))
}

// OperatorSecurity is an operator's own account.
type OperatorSecurity struct {
	Operator store.Operator
	Sessions []store.OperatorSession
	Current  store.ID
	Problem  *Problem // with the password
	Trouble  *Problem // with a second factor
}

// Wrong reports whether the problem with the password is about a field of the form.
func (v OperatorSecurity) Wrong(field string) bool { return faulty(v.Problem) == field }

// Wrong reports whether the problem is about a field of the form.
func (v OperatorLink) Wrong(field string) bool { return faulty(v.Problem) == field }

// faulty is the field that a problem with a password is about; "" when it is about none.
func faulty(p *Problem) string {
	switch {
	case p == nil:
		return ""
	case p.Key == "error.operator_password_wrong":
		return "current"
	case p.Key == "error.operator_password_twice":
		return "again"
	case strings.HasPrefix(p.Key, "error.operator_password_") && p.Key != "error.operator_password_today":
		return "next"
	}
	return ""
}

// Authenticator reports whether one is set up.
func (v OperatorSecurity) Authenticator() bool { return len(v.Operator.Secret) > 0 }

// OperatorSignIn shows the form for signing in; with a problem in it the status is 422.
func (p *Pages) OperatorSignIn(w http.ResponseWriter, r *http.Request, v OperatorSignIn) error {
	return p.show(w, r, refusedStatus(v.Problem), "operator_signin", Shell{}, v)
}

// OperatorSecond shows the form for the second factor; with a problem in it the status is 422.
func (p *Pages) OperatorSecond(w http.ResponseWriter, r *http.Request, v OperatorSecond) error {
	return p.show(w, r, refusedStatus(v.Problem), "operator_second", Shell{}, v)
}

// OperatorEnrol shows what an authenticator scans; with a problem in it the status is 422.
func (p *Pages) OperatorEnrol(w http.ResponseWriter, r *http.Request, s Shell, v OperatorEnrol) error {
	s.Current = PlaceSecurity
	return p.show(w, r, refusedStatus(v.Problem), "operator_enrol", s, v)
}

// OperatorCodes shows recovery codes.
func (p *Pages) OperatorCodes(w http.ResponseWriter, r *http.Request, s Shell, v OperatorCodes) error {
	s.Current = PlaceSecurity
	return p.show(w, r, http.StatusOK, "operator_codes", s, v)
}

// OperatorLink shows the form for the first password; with a problem in it the status is 422.
func (p *Pages) OperatorLink(w http.ResponseWriter, r *http.Request, v OperatorLink) error {
	return p.show(w, r, refusedStatus(v.Problem), "operator_link", Shell{}, v)
}

// OperatorHome shows how the deployment is.
func (p *Pages) OperatorHome(w http.ResponseWriter, r *http.Request, s Shell, v OperatorHome) error {
	s.Current = PlaceOperator
	return p.show(w, r, http.StatusOK, "operator_home", s, v)
}

// OperatorFirms shows the firms; with a problem in the form for another the status is 422.
func (p *Pages) OperatorFirms(w http.ResponseWriter, r *http.Request, s Shell, v OperatorFirms) error {
	s.Current = PlaceFirms
	return p.show(w, r, refusedStatus(v.Problem), "operator_firms", s, v)
}

// OperatorFirm shows one firm; with a problem in a form the status is 422.
func (p *Pages) OperatorFirm(w http.ResponseWriter, r *http.Request, s Shell, v OperatorFirm) error {
	s.Current = PlaceFirms
	return p.show(w, r, refusedStatus(v.Problem), "operator_firm", s, v)
}

// OperatorAudit shows what operators did.
func (p *Pages) OperatorAudit(w http.ResponseWriter, r *http.Request, s Shell, v OperatorAudit) error {
	s.Current = PlaceAudit
	return p.show(w, r, http.StatusOK, "operator_audit", s, v)
}

// OperatorEvents shows the service's warnings and errors.
func (p *Pages) OperatorEvents(w http.ResponseWriter, r *http.Request, s Shell, v OperatorEvents) error {
	s.Current = PlaceEvents
	return p.show(w, r, http.StatusOK, "operator_events", s, v)
}

// OperatorSecurity shows an operator's own account; with a problem the status is 422.
func (p *Pages) OperatorSecurity(w http.ResponseWriter, r *http.Request, s Shell, v OperatorSecurity) error {
	s.Current = PlaceSecurity
	status := refusedStatus(v.Problem)
	if v.Trouble != nil {
		status = http.StatusUnprocessableEntity
	}
	return p.show(w, r, status, "operator_security", s, v)
}
