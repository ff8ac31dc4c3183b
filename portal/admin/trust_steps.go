package admin

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// trustOf reads which trust a request is about, and how it is.
func (a *admin) trustOf(r *http.Request, v door.Visit) (t portal.TrustView, err error) {
	id, err := door.ID(r, "id")
	if err != nil {
		return t, err
	}
	return a.Portal.Trust(r.Context(), v.Actor, id)
}

// guide is how to do it in the product that the reader chose.
func (a *admin) guide(f page.TrustFrame) page.Guide {
	return page.Guide{Product: page.ProductNamed(f.Product).Name, Protocol: f.Protocol, Values: page.ValuesOf(a.BaseURL, f.ID, f.Protocol)}
}

// trustOurs shows our values, and what to do with them.
func (a *admin) trustOurs(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	t, err := a.trustOf(r, v)
	if err != nil {
		return err
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	f := frame(r, t)
	return a.Pages.TrustOurs(w, r, s, page.TrustOurs{TrustFrame: f, Guide: a.guide(f)})
}

// trustStep shows one of the steps with a form.
func (a *admin) trustStep(step string) door.Deed {
	return func(w http.ResponseWriter, r *http.Request, v door.Visit) error {
		t, err := a.trustOf(r, v)
		if err != nil {
			return err
		}
		return a.stepPage(w, r, v, step, t, working(t), nil, nil)
	}
}

// stepPage shows a step as d has it, or as it was typed and refused.
func (a *admin) stepPage(w http.ResponseWriter, r *http.Request, v door.Visit, step string, t portal.TrustView, d store.TrustDraft, typed url.Values, problems []page.Problem) error {
	s, me, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	view := page.TrustForm{TrustFrame: frame(r, t), Revision: working(t).Revision, Draft: d, Typed: typed, Problems: problems, May: me.Permissions}
	view.Step, view.Guide = step, a.guide(view.TrustFrame)
	switch step {
	case "theirs":
		view.Party = a.party(r.Context(), working(t))
	case "mapping":
		if view.Named, err = a.Portal.MappableRoles(r.Context(), v.Actor); err != nil {
			return err
		}
		if view.Preview, err = a.preview(r, v, d); err != nil {
			return err
		}
	}
	return a.Pages.TrustForm(w, r, s, view)
}

// saveTrustStep saves what was typed in a step. What is wrong comes back as it was typed; what is only missing yet does not
// hold anybody up.
func (a *admin) saveTrustStep(step string) door.Deed {
	return func(w http.ResponseWriter, r *http.Request, v door.Visit) error {
		if err := readTrustForm(w, r); err != nil {
			if problem := trustProblem(err); problem != nil {
				return a.tooLarge(w, r, v, step, *problem)
			}
			return err
		}
		t, err := a.trustOf(r, v)
		if err != nil {
			return err
		}
		d := working(t)
		d.Revision, _ = strconv.ParseInt(r.PostForm.Get("revision"), 10, 64) // what is no number is no revision either
		typed, err := a.typedStep(r, v, step, t.Trust, &d)
		if err != nil {
			return err
		}
		if len(typed.problems) == 0 {
			saved, problems, err := a.Portal.SaveTrustDraft(r.Context(), v.Actor, d)
			if err == nil && saved.Revision > d.Revision {
				return a.saved(w, r, step, t)
			}
			if typed.problems = problemsOf(problems); err != nil {
				if typed.problems = refusedDraft(err); typed.problems == nil {
					return err
				}
			}
		}
		return a.stepPage(w, r, v, step, t, d, r.PostForm, typed.problems)
	}
}

// refusedDraft returns why a draft could not be saved, where the person can do something about it.
func refusedDraft(err error) []page.Problem {
	if problem := trustProblem(err); problem != nil {
		return []page.Problem{*problem}
	}
	if errors.Is(err, store.ErrConflict) {
		return []page.Problem{{Key: "trusts.bad.stale"}}
	}
	return nil
}

// tooLarge shows a step again after a form that was not read to its end.
func (a *admin) tooLarge(w http.ResponseWriter, r *http.Request, v door.Visit, step string, problem page.Problem) error {
	t, err := a.trustOf(r, v)
	if err != nil {
		return err
	}
	problem.Field = map[string]string{"theirs": "metadata_file", "rules": "logo"}[step]
	return a.stepPage(w, r, v, step, t, working(t), nil, []page.Problem{problem})
}

// typedStep reads a step into d, the draft of the trust live.
func (a *admin) typedStep(r *http.Request, v door.Visit, step string, live store.Trust, d *store.TrustDraft) (*reading, error) {
	typed := &reading{form: r.PostForm}
	switch step {
	case "theirs":
		typed, err := a.theirs(r, live, d)
		if err == nil && len(typed.problems) == 0 {
			err = typed.secret(d, func(secret string) (string, error) {
				return a.Portal.SealTrustSecret(r.Context(), v.Actor, d.ID, secret)
			})
		}
		return typed, err
	case "mapping":
		me, err := a.Portal.Me(r.Context(), v.Actor)
		if err != nil {
			return typed, err
		}
		typed.mapping(d, v.Actor.TenantID, me.Permissions)
	case "rules":
		logo, err := filed(r, "logo")
		if err != nil {
			return typed, err
		}
		typed.rules(d)
		typed.logo(d, logo)
	}
	return typed, nil
}

// secret has the client secret that was typed sealed; none leaves the one that is kept.
func (f *reading) secret(d *store.TrustDraft, seal func(string) (string, error)) error {
	given := f.text("secret")
	if d.OIDC == nil || given == "" {
		return nil
	}
	ref, err := seal(given)
	if problem := trustProblem(err); problem != nil {
		f.wrong("secret", problem.Key, problem.Args)
		return nil
	}
	d.OIDC.SecretRef = ref
	return err
}

// saved leads on after a step was saved, or back to it.
func (a *admin) saved(w http.ResponseWriter, r *http.Request, step string, t portal.TrustView) error {
	f := frame(r, t)
	if steps := page.TrustSteps(); r.PostForm.Get("then") != "stay" {
		for i := range len(steps) - 1 {
			if steps[i] == step {
				return door.SeeOther(w, r, trustURL(f.ID, steps[i+1], "for", f.Product, "done", "trust_saved"))
			}
		}
	}
	return door.SeeOther(w, r, trustURL(f.ID, step, "for", f.Product, "done", "trust_saved"))
}

// preview is what the mapping of d makes of the newest message that was believed; nil without one.
func (a *admin) preview(r *http.Request, v door.Visit, d store.TrustDraft) (*page.Preview, error) {
	m, err := a.Portal.PreviewMapping(r.Context(), v.Actor, d.ID, d.Mapping)
	if err != nil || m == nil {
		return nil, err
	}
	p := &page.Preview{At: m.SignIn.At, Test: m.SignIn.Test, Claims: m.Claims, Account: m.Account, SignIn: trustURL(d.ID, "sign-ins/"+string(m.SignIn.ID))}
	for i, one := range m.Sources {
		p.Results = append(p.Results, page.PreviewLine{Field: page.MappedFields()[i], Values: one.Values, Said: one.Said, Set: one.Set})
	}
	if len(p.Results) > 0 && !p.Results[0].Set && m.Name != "" {
		p.Results[0].Values = []string{m.Name} // what the message calls the person, where the mapping names no claim
	}
	if !m.Outcome.OK {
		p.Why = m.Outcome.Key()
	}
	return p, nil
}
