package admin

import (
	"net/http"
	"strconv"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
)

// logChecks shows what the verifications of the log found.
func (a *admin) logChecks(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.logChecksPage(w, r, v, nil)
}

func (a *admin) logChecksPage(w http.ResponseWriter, r *http.Request, v door.Visit, problems []page.Problem) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	checks, head, err := a.Portal.LogChecks(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	view := page.LogChecks{Count: head.Seq, Hash: head.Hash, Problems: problems}
	for _, c := range checks {
		view.Checks = append(view.Checks, page.LogCheck{From: c.From, To: c.To, Of: c.Of, Hash: c.Hash, Took: c.Took, Broken: c.Broken, At: c.Event.At, By: c.Event.Name})
	}
	return a.Pages.LogChecks(w, r, s, view)
}

// verifyLog looks whether the log is as it was written, as far as one request goes.
func (a *admin) verifyLog(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	from, err := strconv.ParseInt(r.PostForm.Get("from"), 10, 64)
	if err != nil {
		from = 1
	}
	if _, err := a.Portal.VerifyLog(r.Context(), v.Actor, from, portal.MaxVerify); err != nil {
		if problems := refusedIn("", err); problems != nil {
			return a.logChecksPage(w, r, v, problems)
		}
		return err
	}
	return door.SeeOther(w, r, "/admin/log/verify")
}
