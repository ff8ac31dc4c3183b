package admin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (a *admin) mountScim(m mounts) {
	m.get("/admin/trusts/{trust}/scim", a.provisioning)
	m.post("/admin/trusts/{trust}/scim", a.makeScimToken)
	m.post("/admin/trusts/{trust}/scim/subject", a.chooseScimSubject)
	m.post("/admin/trusts/{trust}/scim/{token}/revoke", a.revokeScimToken)
}

// provisioning shows how a trust's accounts are provisioned.
func (a *admin) provisioning(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "trust")
	if err != nil {
		return err
	}
	return a.provisioningPage(w, r, v, id, page.Provisioning{})
}

func (a *admin) provisioningPage(w http.ResponseWriter, r *http.Request, v door.Visit, id store.ID, view page.Provisioning) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	known, err := a.Portal.ScimTokens(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	t := known.Trust
	view.TrustFrame = page.TrustFrame{ID: t.ID, Name: t.Name, Protocol: t.Protocol, State: t.State, Product: page.ProductNamed(r.URL.Query().Get("for")).Name}
	view.URL = page.ScimURL(a.BaseURL, t.ID)
	view.Subject, view.Rule, view.May = t.ProvisionedBy(), known.Rule.Subject, known.May
	view.Waits = known.Rule != t.SCIM
	for _, one := range known.Tokens {
		now := a.Portal.Now()
		view.Tokens = append(view.Tokens, page.ScimToken{ScimToken: one, Good: one.Stands(now), Orphan: slices.Contains(known.Over, one.ID), Left: int(one.Expires.Sub(now).Hours()) / 24})
	}
	view.Users, view.Groups, view.More = known.Users, known.Groups, known.More
	for _, one := range known.Waiting {
		view.Waiting = append(view.Waiting, page.ScimWaiting{Name: one.Name, Login: one.Login, Company: one.Company, Since: one.Since, Why: string(one.Why)})
	}
	for _, one := range known.Refused {
		view.Refused = append(view.Refused, page.ScimRefusal(one))
	}
	return a.Pages.Provisioning(w, r, s, view)
}

// makeScimToken makes a token and shows it in the answer: a page that is loaded again has it no more.
func (a *admin) makeScimToken(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "trust")
	if err != nil {
		return err
	}
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	days, _ := strconv.Atoi(r.PostForm.Get("days")) // what is no number is no life of a token
	view := page.Provisioning{Typed: strings.TrimSpace(r.PostForm.Get("name")), Days: days}
	secret, _, err := a.Portal.MakeScimToken(r.Context(), v.Actor, id, view.Typed, time.Duration(min(days, 1000))*24*time.Hour)
	if err == nil {
		return a.provisioningPage(w, r, v, id, page.Provisioning{Secret: secret})
	}
	if view.Problem = refusedToken(err); view.Problem == nil {
		return err
	}
	return a.provisioningPage(w, r, v, id, view)
}

// refusedToken returns what a person is told of a token that was not made; nothing for any other error.
func refusedToken(err error) []page.Problem {
	problems := refusedIn("", err)
	for i, p := range problems {
		problems[i].Field = map[string]string{"error.scim_token_name": "name", "error.scim_token_life": "days"}[p.Key]
	}
	return problems
}

// chooseScimSubject puts how provisioned people are recognised onto the trust's draft.
func (a *admin) chooseScimSubject(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "trust")
	if err != nil {
		return err
	}
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	problems, err := a.Portal.ChooseScimSubject(r.Context(), v.Actor, id, r.PostForm.Get("subject"))
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		var view page.Provisioning
		for _, p := range problems {
			view.Problem = append(view.Problem, page.Problem(p))
		}
		return a.provisioningPage(w, r, v, id, view)
	}
	return door.SeeOther(w, r, "/admin/trusts/"+string(id)+"/scim?done=scim_rule")
}

// revokeScimToken makes a token worth nothing.
func (a *admin) revokeScimToken(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "trust")
	if err != nil {
		return err
	}
	token, err := door.ID(r, "token")
	if err != nil {
		return err
	}
	if err := a.Portal.RevokeScimToken(r.Context(), v.Actor, id, token); err != nil {
		return err
	}
	return door.SeeOther(w, r, "/admin/trusts/"+string(id)+"/scim?done=scim_revoked")
}
