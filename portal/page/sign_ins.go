package page

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// SignIns are the newest sign-ins at a trust.
type SignIns struct {
	TrustFrame
	Items   []SignInItem
	Refused bool // those alone
	Next    store.Cursor
	Later   bool
}

// SignInItem is one of them.
type SignInItem struct {
	store.SignIn
	Account string // whom it let in, or would have
}

// SignIns shows the list.
func (p *Pages) SignIns(w http.ResponseWriter, r *http.Request, s Shell, v SignIns) error {
	s.Current, v.Step = PlaceTrusts, "sign-ins"
	return p.show(w, r, http.StatusOK, "signins", s, v)
}

// NextLink and FirstLink lead on and back to the beginning, All and OnlyRefused narrow.
func (v SignIns) NextLink() string {
	return link(v.list(), "refused", flag(v.Refused), "after", string(v.Next))
}
func (v SignIns) FirstLink() string   { return link(v.list(), "refused", flag(v.Refused)) }
func (v SignIns) All() string         { return v.list() }
func (v SignIns) OnlyRefused() string { return link(v.list(), "refused", "1") }
func (v SignIns) list() string        { return trustPath(v.ID, "sign-ins") }

func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// Self is the address of one.
func (i SignInItem) Self() string { return trustPath(i.TrustID, "sign-ins/"+string(i.ID)) }

// Badge is how it ended.
func (i SignInItem) Badge() Badge {
	if i.Outcome == store.Allowed {
		return Badge{"trusts.outcome.allowed", "check", "done"}
	}
	return Badge{"trusts.outcome.refused", "warn", "bad"}
}

// ReasonKey is the sentence for why it was refused.
func (i SignInItem) ReasonKey() string { return "trace.reason." + i.Reason }

// Attempt is one sign-in with what it went through.
type Attempt struct {
	TrustFrame
	SignInItem
	Trace sso.Trace
}

// TraceOf reads what was kept of a sign-in; what cannot be read is an empty trace.
func TraceOf(s store.SignIn) (t sso.Trace) {
	if err := json.Unmarshal(s.Trace, &t); err != nil {
		return sso.Trace{}
	}
	return t
}

// Attempt shows it.
func (p *Pages) Attempt(w http.ResponseWriter, r *http.Request, s Shell, v Attempt) error {
	s.Current, v.Step = PlaceTrusts, "sign-ins"
	return p.show(w, r, http.StatusOK, "signintrace", s, v)
}

// List is the address of the list, and Self of this one.
func (v Attempt) List() string { return trustPath(v.TrustFrame.ID, "sign-ins") }
func (v Attempt) Self() string { return v.SignInItem.Self() }

// Badge is how it ended.
func (v Attempt) Badge() Badge { return v.SignInItem.Badge() }

// Held is the sentence for rights that stayed although the claims would have taken them, empty where none did.
func (v Attempt) Held() string {
	if m := v.Trace.Mapped; m == nil || !m.Held {
		return ""
	}
	return "trace.reason.admit.rights_held"
}

// Failed is the check that ended it, nil if none did.
func (v Attempt) Failed() *sso.Check {
	for i, c := range v.Trace.Checks {
		if !c.OK {
			return &v.Trace.Checks[i]
		}
	}
	return nil
}

// Steps are the checks but for those that repeat a claim: the claims have a place of their own.
func (v Attempt) Steps() []sso.Check {
	return slices.DeleteFunc(slices.Clone(v.Trace.Checks), func(c sso.Check) bool { return c.OK && c.Step == "claim" })
}

// ClaimNames are the names of the claims, in order.
func (v Attempt) ClaimNames() []string { return slices.Sorted(maps.Keys(v.Trace.Claims)) }

// SetupOffer is what somebody with a setup link sees first.
type SetupOffer struct{ Post string }

// SetupOffer shows the button that opens a setup link: what merely looks at the link does not use it up.
func (p *Pages) SetupOffer(w http.ResponseWriter, r *http.Request, v SetupOffer) error {
	return p.show(w, r, http.StatusOK, "setupoffer", Shell{}, v)
}

// SetupForm is what somebody with an open setup link can do: see our values, and fill in the IdP's half.
type SetupForm struct {
	TrustForm
	Firm  string
	Ends  time.Time
	Saved bool
}

// Parts are the fields of the IdP's half that somebody outside the firm knows, and none of what the firm decides.
func (v SetupForm) Parts() (parts []Part) {
	theirs := []string{"metadata_url", "metadata_file", "metadata", "entity_id", "issuer", "client", "method", "secret"}
	for _, part := range v.TrustForm.Parts() {
		part.Fields = slices.DeleteFunc(part.Fields, func(f Field) bool { return !slices.Contains(theirs, f.Name) })
		if len(part.Fields) > 0 {
			parts = append(parts, part)
		}
	}
	return parts
}

// SetupForm shows it; with problems in it the status is 422.
func (p *Pages) SetupForm(w http.ResponseWriter, r *http.Request, v SetupForm) error {
	v.Step = "theirs"
	return p.show(w, r, statusOf(v.Problems), "setupform", Shell{}, v)
}
