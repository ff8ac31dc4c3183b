package admin

import (
	"net/http"
	"strconv"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// setupCookie holds what a setup link was opened for.
const setupCookie = "__Host-setup"

// mountSetup puts the pages of setup links on rt: who has one has no session, and needs none.
func (a *admin) mountSetup(rt *route.Router) {
	rt.Browser(http.MethodGet, "/setup/{secret}", a.setupOffer)
	rt.Browser(http.MethodPost, "/setup/{secret}", a.openSetup)
	rt.Browser(http.MethodGet, "/setup", a.setupHalf)
	rt.Browser(http.MethodPost, "/setup", a.fillSetup)
}

// setupOffer shows the button that opens a link. Looking at it does not, so a mail scanner does not use it up.
func (a *admin) setupOffer(w http.ResponseWriter, r *http.Request) error {
	secret := route.Var(r, "secret")
	if err := a.Portal.SetupLinkStands(r.Context(), secret); err != nil {
		return err
	}
	return a.Pages.SetupOffer(w, r, page.SetupOffer{Post: "/setup/" + secret})
}

// openSetup spends a link, for this browser.
func (a *admin) openSetup(w http.ResponseWriter, r *http.Request) error {
	grant, ends, err := a.Portal.OpenSetupLink(r.Context(), route.Var(r, "secret"), visitOf(r))
	if err != nil {
		return err
	}
	setCookie(w, setupCookie, grant, ends, a.Portal.Now())
	return door.SeeOther(w, r, "/setup")
}

// setupHalf shows our values and the form for the IdP's.
func (a *admin) setupHalf(w http.ResponseWriter, r *http.Request) error {
	return a.setupPage(w, r, page.SetupForm{Saved: r.URL.Query().Get("done") == "trust_saved"})
}

// setupPage completes a view, in which what was typed may be.
func (a *admin) setupPage(w http.ResponseWriter, r *http.Request, view page.SetupForm) error {
	h, err := a.Portal.SetupHalf(r.Context(), cookieOf(r, setupCookie))
	if err != nil {
		return err
	}
	view.TrustFrame = page.TrustFrame{ID: h.TrustID, Name: h.Trust, Protocol: h.Draft.Protocol, Step: "theirs"}
	if view.Typed == nil {
		view.Draft = h.Draft
	}
	view.Revision, view.Firm, view.Ends, view.Guide = h.Draft.Revision, h.Firm, h.Ends, a.guide(view.TrustFrame)
	if h.Draft.Protocol == store.SAML { // which is kept; nothing is fetched for looking
		view.Party = a.party(r.Context(), h.Draft)
	}
	return a.Pages.SetupForm(w, r, view)
}

// fillSetup saves the IdP's half.
func (a *admin) fillSetup(w http.ResponseWriter, r *http.Request) error {
	grant := cookieOf(r, setupCookie)
	h, err := a.Portal.SetupHalf(r.Context(), grant) // before anything of the form is read
	if err != nil {
		return err
	}
	if !a.setups.Take(string(h.TrustID)) {
		return store.Fail(store.Unavailable, "error.setup_often", "the half of trust %s is filled in too often", h.TrustID)
	}
	if err := readTrustForm(w, r); err != nil {
		if problem := trustProblem(err); problem != nil {
			problem.Field = "metadata_file"
			return a.setupPage(w, r, page.SetupForm{TrustForm: page.TrustForm{Problems: []page.Problem{*problem}}})
		}
		return err
	}
	d := h.Draft
	d.Revision, _ = strconv.ParseInt(r.PostForm.Get("revision"), 10, 64) // what is no number is no revision either
	typed, err := a.theirs(r, h.Live, &d)
	if err == nil && len(typed.problems) == 0 {
		err = typed.secret(&d, func(secret string) (string, error) { return a.Portal.SealSetupSecret(r.Context(), grant, secret) })
	}
	if err != nil {
		return err
	}
	if len(typed.problems) == 0 {
		if typed.problems, err = a.filledIn(r, grant, d); err != nil {
			return err
		}
	}
	if len(typed.problems) > 0 {
		return a.setupPage(w, r, page.SetupForm{TrustForm: page.TrustForm{Draft: d, Typed: r.PostForm, Problems: typed.problems}})
	}
	return door.SeeOther(w, r, "/setup?done=trust_saved")
}

// filledIn saves their half, and returns what they can mend.
func (a *admin) filledIn(r *http.Request, grant string, d store.TrustDraft) ([]page.Problem, error) {
	problems, err := a.Portal.FillSetupHalf(r.Context(), grant, d, visitOf(r))
	if refused := refusedDraft(err); refused != nil {
		return refused, nil
	}
	return problemsOf(problems), err
}
