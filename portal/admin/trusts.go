package admin

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (a *admin) mountTrusts(m mounts) {
	m.get("/admin/trusts", a.trusts)
	m.get("/admin/trusts/new", a.newTrust)
	m.post("/admin/trusts/new", a.beginTrust)
	m.get("/admin/trusts/{id}", a.trust)
	m.get("/admin/trusts/{id}/diff", a.trustDiff)

	m.get("/admin/trusts/{id}/ours", a.trustOurs)
	for _, step := range []string{"theirs", "mapping", "rules"} {
		m.get("/admin/trusts/{id}/"+step, a.trustStep(step))
		m.post("/admin/trusts/{id}/"+step, a.saveTrustStep(step))
	}
	m.get("/admin/trusts/{id}/test", a.trustTry)
	m.post("/admin/trusts/{id}/try", a.tryTrust)
	m.post("/admin/trusts/{id}/on", a.switchTrustOn)

	m.post("/admin/trusts/{id}/drop", a.dropTrustDraft)
	m.post("/admin/trusts/{id}/back", a.backToVersion)
	m.post("/admin/trusts/{id}/keys", a.decideKeys)
	m.post("/admin/trusts/{id}/refresh", a.refreshTrust)
	m.post("/admin/trusts/{id}/link", a.makeSetupLink)
	m.post("/admin/trusts/{id}/link/revoke", a.revokeSetupLink)
	m.post("/admin/trusts/{id}/off", a.switchTrustOff)
	m.post("/admin/trusts/{id}/remove", a.removeTrust)

	m.get("/admin/trusts/{id}/sign-ins", a.signIns)
	m.get("/admin/trusts/{id}/sign-ins/{attempt}", a.attempt)
	m.get("/admin/sign-ins", a.seekSignIn)
}

// trusts lists whom the firm trusts.
func (a *admin) trusts(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.trustsPage(w, r, v, "")
}

func (a *admin) trustsPage(w http.ResponseWriter, r *http.Request, v door.Visit, sought string) error {
	from := door.From(r)
	list, err := a.Portal.Trusts(r.Context(), v.Actor, from)
	if err != nil {
		return err
	}
	view := page.Trusts{Next: list.Next, Later: from.After != "", Sought: sought}
	if view.Notices, err = a.keyNotices(r, v); err != nil {
		return err
	}
	for _, t := range list.Items {
		view.Items = append(view.Items, page.TrustItem{ID: t.ID, Name: t.Name, Label: t.Label, Protocol: t.Protocol, State: t.State, Draft: t.Draft, Last: page.LastSignIns(t.Last)})
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	return a.Pages.Trusts(w, r, s, view)
}

// keyNotices are the keys that somebody has to do something about.
func (a *admin) keyNotices(r *http.Request, v door.Visit) (all []page.KeyNotice, err error) {
	offered, err := a.Portal.KeysOffered(r.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	for _, o := range offered {
		all = append(all, page.KeyNotice{TrustID: o.TrustID, Trust: o.Trust, Offered: o.Since})
	}
	ending, err := a.Portal.KeysEnding(r.Context(), v.Actor)
	for _, e := range ending {
		all = append(all, page.KeyNotice{TrustID: e.TrustID, Trust: e.Trust, Key: a.keyEnd(e.What, e.Ends, e.Fingerprint)})
	}
	return all, err
}

// newTrust shows the form that begins a trust.
func (a *admin) newTrust(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if _, err := a.Portal.Trusts(r.Context(), v.Actor, store.Page{Limit: 1}); err != nil { // who may not is told at once
		return err
	}
	return a.newTrustPage(w, r, v, page.NewTrust{})
}

func (a *admin) newTrustPage(w http.ResponseWriter, r *http.Request, v door.Visit, view page.NewTrust) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	return a.Pages.NewTrust(w, r, s, view)
}

// beginTrust makes a trust that has nothing but a draft, and goes on to its first step.
func (a *admin) beginTrust(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	product, protocol, _ := strings.Cut(r.PostForm.Get("product"), " ")
	view := page.NewTrust{Product: product, Protocol: store.Protocol(protocol), ID: strings.TrimSpace(r.PostForm.Get("id")), Name: strings.TrimSpace(r.PostForm.Get("name"))}
	if view.Protocol == "" {
		view.Problems = append(view.Problems, page.Problem{Field: "product", Key: "trusts.bad.product"})
	}
	if view.Name == "" {
		view.Problems = append(view.Problems, page.Problem{Field: "name", Key: "trusts.bad.name"})
	}
	if len(view.Problems) > 0 {
		return a.newTrustPage(w, r, v, view)
	}
	id, err := a.Portal.NewTrust(r.Context(), v.Actor, portal.NewTrust{ID: store.ID(view.ID), Name: view.Name, Protocol: view.Protocol})
	if problem := trustProblem(err); problem != nil {
		problem.Field = newTrustField(problem.Key)
		view.Problems = []page.Problem{*problem}
		return a.newTrustPage(w, r, v, view)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, trustURL(id, "ours", "for", product, "done", "trust_new"))
}

// newTrustField is the field that a refusal of a new trust belongs to.
func newTrustField(key string) string {
	switch key {
	case "error.trust_id", "error.trust_id_taken":
		return "id"
	case "error.trust_name":
		return "name"
	}
	return "product"
}

// trustProblem returns what a person is told on the page itself; nil for any other error.
func trustProblem(err error) *page.Problem {
	var e *store.Error
	if !errors.As(err, &e) || e.Key == "error.trusts_firm_wide" {
		return nil
	}
	for _, begins := range []string{"error.trust_", "error.last_way", "trust.", "error.note_too_long", "error.setup_life", "error.no_seal"} {
		if strings.HasPrefix(e.Key, begins) {
			return &page.Problem{Key: e.Key, Args: e.Args}
		}
	}
	return nil
}

// trustURL is the address of a page of a trust; pairs are names and values of its query, those without a value left out.
func trustURL(id store.ID, step string, pairs ...string) string {
	u := url.URL{Path: "/admin/trusts/" + string(id)}
	if step != "" {
		u.Path += "/" + step
	}
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// frame is what stands around the pages of a trust.
func frame(r *http.Request, t portal.TrustView) page.TrustFrame {
	f := page.TrustFrame{ID: t.ID, Name: t.Name, Protocol: t.Protocol, State: t.State, Draft: t.Draft}
	if t.Pending != nil {
		f.Name = t.Pending.Name
	}
	if product := r.URL.Query().Get("for"); product != "" {
		f.Product = page.ProductNamed(product).Name
	}
	return f
}

// working is what an administrator works on: the draft, or one that begins from the trust.
func working(t portal.TrustView) store.TrustDraft {
	if t.Pending != nil {
		return *t.Pending
	}
	return store.TrustDraft{Trust: t.Trust}
}

// trust shows one.
func (a *admin) trust(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return a.trustPage(w, r, v, "", nil)
}

// trustPage shows one, with the setup link that was just made, or with what is wrong.
func (a *admin) trustPage(w http.ResponseWriter, r *http.Request, v door.Visit, link string, problem *page.Problem) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	t, err := a.Portal.Trust(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	view := a.trustView(t)
	view.TrustFrame, view.Problem = frame(r, t), problem
	view.Link.URL = link
	return a.Pages.Trust(w, r, s, view)
}

func (a *admin) trustView(t portal.TrustView) page.Trust {
	view := page.Trust{Label: t.Label, Accounts: t.Accounts, Last: t.LastWay, Shared: t.Shared, Missing: problemsOf(t.Missing), Changes: changesOf(t.Changes), Signs: page.LastSignIns(t.TrustLine.Last)}
	if d := t.Pending; d != nil {
		view.Tested, view.DraftBy, view.DraftAt = d.Tested(), d.ByName, d.At
	}
	view.Fetches = t.SAML != nil && t.SAML.MetadataURL != "" && t.SAML.Refresh != store.RefreshPin && !t.Shared
	var offered []string
	for _, k := range t.Keys {
		end := a.keyEnd(k.What, k.Ends, k.Fingerprint)
		switch k.What {
		case "offered", "moved":
			view.Offered, offered = append(view.Offered, end), append(offered, k.Fingerprint)
		case "offer":
			view.Offered = append(view.Offered, end)
		default:
			view.Keys = append(view.Keys, end)
		}
	}
	view.Offer, view.Refused = strings.Join(offered, " "), t.Refused
	for _, one := range t.Versions {
		view.Versions = append(view.Versions, page.TrustVersion{Version: one.Version, At: one.At, By: one.ByName, Note: one.Note, Untested: one.Untested, Current: one.Version == t.Version})
	}
	view.Link = a.setupLink(t.Links)
	return view
}

// setupLink is what is known of the newest link.
func (a *admin) setupLink(links []store.SetupLink) (l page.SetupLink) {
	if len(links) == 0 || !links[0].Revoked.IsZero() {
		return l
	}
	newest := links[0]
	l.Ends, l.Used = newest.Expires, newest.Opened
	if !newest.Opened.IsZero() {
		l.Ends = newest.Ends
	}
	l.Lives = a.Portal.Now().Before(l.Ends)
	return l
}

func problemsOf(all []portal.TrustProblem) (shown []page.Problem) {
	for _, p := range all {
		shown = append(shown, page.Problem(p))
	}
	return shown
}

func changesOf(all []portal.TrustChange) (shown []page.Change) {
	for _, c := range all {
		if c.Field == "metadata" {
			c.Field = "metadata_document" // the field of a form is for pasting it
		}
		shown = append(shown, page.Change(c))
	}
	return shown
}
