package parent

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
)

type homeData struct {
	chrome
	User      User
	SAML      []entrance
	OIDC      []entrance
	Launch    string // entity ID of the service that takes unsolicited responses; empty: none
	Initiate  string // OIDC third-party initiated login
	Documents []documentRow
	None      bool // no service can be entered
	Embed     *Embed
}

// entrance is a link into the service.
type entrance struct{ URL string }

type documentRow struct {
	Label, Path          string
	Main                 string // where the label leads
	SAML, OIDC, Initiate string
}

// home is the portal page.
func (p *Parent) home(w http.ResponseWriter, r *http.Request) error {
	_, u, ok := p.current(r)
	if !ok {
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return nil
	}
	data := homeData{chrome: p.chrome(w, r, "home.title"), User: u}
	data.SAML, data.OIDC = p.entrances(u, "/")
	data.Initiate = p.initiation(u, "/")
	data.Launch = p.services.first(u.Tenant)
	data.None = len(data.SAML)+len(data.OIDC) == 0 && data.Initiate == "" && data.Launch == ""
	for _, l := range u.Documents {
		data.Documents = append(data.Documents, p.row(u, l))
	}
	if e, ok := p.embedOf(u); ok {
		data.Embed = &e
		letEmbed(w, e)
	}
	return p.pages.show(w, http.StatusOK, "home", data)
}

func (p *Parent) row(u User, l Link) documentRow {
	row := documentRow{Label: l.Label, Path: l.Path, Initiate: p.initiation(u, l.Path)}
	samlStarts, oidcStarts := p.entrances(u, l.Path)
	if len(samlStarts) > 0 {
		row.SAML = samlStarts[0].URL
	}
	if len(oidcStarts) > 0 {
		row.OIDC = oidcStarts[0].URL
	}
	row.Main = cmp.Or(row.SAML, row.OIDC, row.Initiate)
	return row
}

// entrances returns the links that begin a sign-in at each service for u and end at path there.
func (p *Parent) entrances(u User, path string) (samlStarts, oidcStarts []entrance) {
	for _, start := range p.services.starts(u.Tenant) {
		samlStarts = append(samlStarts, entrance{withQuery(start, "to", path)})
	}
	for _, c := range p.clientsOf(u) {
		if c.Start != "" {
			oidcStarts = append(oidcStarts, entrance{withQuery(c.Start, "to", path)})
		}
	}
	return samlStarts, oidcStarts
}

// initiation returns the third-party-initiated login URL (OIDC core 4) of the first client that has one.
func (p *Parent) initiation(u User, path string) string {
	for _, c := range p.clientsOf(u) {
		if target, err := url.Parse(c.Initiate); err == nil && c.Initiate != "" {
			return withQuery(c.Initiate, "iss", p.cfg.BaseURL, "target_link_uri", target.Scheme+"://"+target.Host+path)
		}
	}
	return ""
}

func (p *Parent) clientsOf(u User) []Client {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return slices.DeleteFunc(slices.Clone(p.clients), func(c Client) bool { return !isFor(c.Tenants, u.Tenant) })
}

// withQuery returns address with names and values added to its query; address itself if it cannot be read.
func withQuery(address string, pairs ...string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	u.RawQuery = q.Encode()
	return u.String()
}

type accountData struct {
	chrome
	User     User
	Session  sessionView
	Services []string
}

type sessionView struct {
	Class, Methods, At, Ends, Index string
	Strong                          bool
}

// account shows what services are told about the person, and which of them were told.
func (p *Parent) account(w http.ResponseWriter, r *http.Request) error {
	s, u, ok := p.current(r)
	if !ok {
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return nil
	}
	c := p.chrome(w, r, "account.title")
	return p.pages.show(w, http.StatusOK, "account", accountData{
		chrome: c, User: u, Services: slices.Concat(s.saml, s.clients),
		Session: sessionView{
			Class: s.level.class(), Methods: joinWords(s.level.methods()), At: c.moment(s.at), Ends: c.moment(s.ends),
			Index: s.index, Strong: s.level >= levelSecond,
		},
	})
}
