package admin

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/sso"
	"cloudpocket/sso/login"
	"cloudpocket/store"
)

// trustTry shows the last step.
func (a *admin) trustTry(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.tryPage(w, r, v, page.TrustTry{})
}

// tryPage completes a view, in which what was typed may be.
func (a *admin) tryPage(w http.ResponseWriter, r *http.Request, v door.Visit, view page.TrustTry) error {
	t, err := a.trustOf(r, v)
	if err != nil {
		return err
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	view.TrustFrame, view.Missing, view.Changes = frame(r, t), problemsOf(t.Missing), changesOf(t.Changes)
	if d := t.Pending; d != nil {
		view.Revision, view.Passed, view.At = d.Revision, d.Tested(), d.Test.At
		view.Stale = !d.Test.At.IsZero() && d.Test.Revision != d.Revision
		if d.Test.SignIn != "" {
			view.SignIn = trustURL(d.ID, "sign-ins/"+string(d.Test.SignIn))
		}
	}
	return a.Pages.TrustTry(w, r, s, view)
}

// tryTrust begins a test of the draft. It leads to another site, which a form may not be redirected to.
func (a *admin) tryTrust(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	d, missing, err := a.Portal.MayTestTrust(r.Context(), v.Actor, id)
	if problem := trustProblem(err); problem != nil {
		return a.tryPage(w, r, v, page.TrustTry{Problem: problem})
	}
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return a.tryPage(w, r, v, page.TrustTry{Problem: &page.Problem{Key: missing[0].Key, Args: missing[0].Args}})
	}
	path, _, err := login.NewDraftTest(r.Context(), a.Marks, store.OwnedDraft{Owner: v.Actor.TenantID, TrustDraft: d}, v.Actor.AccountID)
	if err != nil {
		return err
	}
	return a.Pages.Forward(w, r, sso.Dispatch{URL: a.BaseURL + path})
}

// switchTrustOn makes the draft count.
func (a *admin) switchTrustOn(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := a.trustForm(w, r)
	if err != nil {
		return err
	}
	revision, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if err != nil {
		return store.Fail(store.Invalid, "error.form", "read the revision of a draft: %w", err)
	}
	on := portal.SwitchOn{Revision: revision, Note: r.PostForm.Get("note"), Untested: r.PostForm.Get("untested") == "1"}
	err = a.Portal.SwitchTrustOn(r.Context(), v.Actor, id, on)
	if problem := trustProblem(err); problem != nil {
		return a.tryPage(w, r, v, page.TrustTry{Note: on.Note, Untested: on.Untested, Problem: problem})
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, trustURL(id, "", "done", "trust_on"))
}

// trustForm reads a short form about a trust, and which.
func (a *admin) trustForm(w http.ResponseWriter, r *http.Request) (store.ID, error) {
	if err := door.ShortForm(w, r); err != nil {
		return "", err
	}
	return door.ID(r, "id")
}

// did leads to where after a deed on a trust, or shows the trust with why it was refused.
func (a *admin) did(w http.ResponseWriter, r *http.Request, v door.Visit, where string, err error) error {
	if problem := trustProblem(err); problem != nil {
		return a.trustPage(w, r, v, "", problem)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, where)
}

// switchTrustOff stops believing a trust.
func (a *admin) switchTrustOff(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := a.trustForm(w, r)
	if err != nil {
		return err
	}
	note := strings.TrimSpace(r.PostForm.Get("note"))
	if note == "" {
		return a.trustPage(w, r, v, "", &page.Problem{Key: "trusts.bad.note"})
	}
	_, err = a.Portal.SwitchTrustOff(r.Context(), v.Actor, id, note)
	return a.did(w, r, v, trustURL(id, "", "done", "trust_off"), err)
}

// removeTrust forgets a trust whose name was typed.
func (a *admin) removeTrust(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if _, err := a.trustForm(w, r); err != nil {
		return err
	}
	t, err := a.trustOf(r, v)
	if err != nil {
		return err
	}
	if strings.TrimSpace(r.PostForm.Get("confirm")) != frame(r, t).Name {
		return a.trustPage(w, r, v, "", &page.Problem{Key: "trusts.bad.confirm"})
	}
	return a.did(w, r, v, "/admin/trusts?done=trust_removed", a.Portal.RemoveTrust(r.Context(), v.Actor, t.ID))
}

// dropTrustDraft forgets what waits to be switched on.
func (a *admin) dropTrustDraft(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return a.did(w, r, v, trustURL(id, "", "done", "trust_dropped"), a.Portal.DropTrustDraft(r.Context(), v.Actor, id))
}

// backToVersion makes a draft of an earlier version.
func (a *admin) backToVersion(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := a.trustForm(w, r)
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if err != nil {
		return store.Fail(store.Invalid, "error.form", "read a version: %w", err)
	}
	_, err = a.Portal.BackToVersion(r.Context(), v.Actor, id, version)
	return a.did(w, r, v, trustURL(id, "", "done", "trust_back"), err)
}

// decideKeys answers what to do about keys that an IdP offers. The form names those that were shown.
func (a *admin) decideKeys(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := a.trustForm(w, r)
	if err != nil {
		return err
	}
	shown := strings.Fields(r.PostForm.Get("offer"))
	switch r.PostForm.Get("answer") {
	case "accept":
		err = a.Portal.AcceptKeys(r.Context(), v.Actor, id, shown)
	case "refuse":
		err = a.Portal.RefuseKeys(r.Context(), v.Actor, id, shown)
	case "draft":
		return a.did(w, r, v, trustURL(id, "test", "done", "trust_saved"), a.Portal.DraftKeys(r.Context(), v.Actor, id, shown))
	default:
		err = store.Fail(store.Invalid, "error.form", "an answer about keys: %q", r.PostForm.Get("answer"))
	}
	return a.did(w, r, v, trustURL(id, "", "done", "trust_keys"), err)
}

// refreshTrust fetches an IdP's metadata now.
func (a *admin) refreshTrust(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	live, err := a.Portal.MayFetch(r.Context(), v.Actor, id)
	if err == nil {
		err = a.Parties.Refresh(r.Context(), store.OwnedTrust{Owner: v.Actor.TenantID, Trust: live})
	}
	return a.did(w, r, v, trustURL(id, "", "done", "trust_fetched"), err)
}

// makeSetupLink makes the link by which somebody else fills in the IdP's half, and shows it this once.
func (a *admin) makeSetupLink(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := a.trustForm(w, r)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(r.PostForm.Get("days"))
	if err != nil || days < 0 || days > 365 {
		days = 0 // which is no life that a link can have
	}
	secret, err := a.Portal.MakeSetupLink(r.Context(), v.Actor, id, time.Duration(days)*24*time.Hour)
	if problem := trustProblem(err); problem != nil {
		return a.trustPage(w, r, v, "", problem)
	}
	if err != nil {
		return err
	}
	return a.trustPage(w, r, v, a.BaseURL+"/setup/"+secret, nil)
}

// revokeSetupLink makes the links of a trust worth nothing.
func (a *admin) revokeSetupLink(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return a.did(w, r, v, trustURL(id, "", "done", "trust_unlinked"), a.Portal.RevokeSetupLink(r.Context(), v.Actor, id))
}

// trustDiff shows how a version differs from the trust as it counts, or from another version or the draft.
func (a *admin) trustDiff(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	t, err := a.trustOf(r, v)
	if err != nil {
		return err
	}
	view := page.TrustDiff{TrustFrame: frame(r, t), From: t.Version, To: t.Version}
	for name, to := range map[string]*int64{"from": &view.From, "to": &view.To} {
		if s := r.URL.Query().Get(name); s != "" {
			if *to, err = strconv.ParseInt(s, 10, 64); err != nil || *to < 0 {
				return store.ErrNotFound
			}
		}
	}
	changes, err := a.Portal.TrustDiff(r.Context(), v.Actor, t.ID, view.From, view.To)
	if err != nil {
		return err
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	view.Changes = changesOf(changes)
	return a.Pages.TrustDiff(w, r, s, view)
}
