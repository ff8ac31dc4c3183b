package page

import (
	"net/http"

	"cloudpocket/store"
)

// ClientEmbed is how an API client stands that is to embed, what its partner copies, and whom it brought lately.
type ClientEmbed struct {
	ClientLine
	Base    string // where this service is
	Keys    int
	Trusts  []EmbedTrust
	SignIns []SignInItem
}

// EmbedTrust is a trust whose IdP can vouch for people whom a client brings.
type EmbedTrust struct {
	ID       store.ID
	Name     string
	Protocol store.Protocol
}

// Link leads to it.
func (t EmbedTrust) Link() string { return trustPath(t.ID, "") }

// ClientEmbed shows the page.
func (p *Pages) ClientEmbed(w http.ResponseWriter, r *http.Request, s Shell, v ClientEmbed) error {
	s.Current = PlaceClients
	return p.show(w, r, http.StatusOK, "clientembed", s, v)
}

// EmbedCheck is one thing that embedding takes. Its words are the messages "clients.embed.yes." and "clients.embed.no." + Name.
type EmbedCheck struct {
	Name string
	OK   bool
}

// Checks are what embedding takes, in the order in which it is done.
func (v ClientEmbed) Checks() []EmbedCheck {
	return []EmbedCheck{
		{"on", v.On()},
		{"scope", v.Scopes.Has(store.ScopeEmbed)},
		{"origins", len(v.Origins) > 0},
		{"keys", v.Keys > 0},
		{"trusts", len(v.Trusts) > 0},
	}
}

// Ready reports whether nothing is missing.
func (v ClientEmbed) Ready() bool {
	for _, c := range v.Checks() {
		if !c.OK {
			return false
		}
	}
	return true
}

// Markup is what the partner puts into a page.
func (v ClientEmbed) Markup() string {
	return `<cloud-pocket src="` + v.Base + `" client="` + string(v.ID) + `" mode="list" lang="ja"></cloud-pocket>
<script type="module">
  import "` + v.Base + `/embed.js";

  const pocket = document.querySelector("cloud-pocket");
  pocket.fetchEmbedCode = async ({ signal }) => {
    const answer = await fetch("/embed-code", { method: "POST", signal });
    if (!answer.ok) throw new Error(` + "`embed-code: ${answer.status}`" + `);
    return (await answer.json()).code;
  };
</script>`
}

// Call is what the partner's back end sends, with line breaks for people.
func (v ClientEmbed) Call() string {
	call := "POST " + v.Base + `/oauth/token
Content-Type: application/x-www-form-urlencoded

grant_type=urn:ietf:params:oauth:grant-type:token-exchange
&scope=embed`
	if len(v.Origins) > 1 {
		call += "\n&origin=" + v.Origins[0]
	}
	if len(v.Trusts) == 1 {
		call += "\n&trust=" + string(v.Trusts[0].ID)
	}
	return call + `
&subject_token_type=urn:ietf:params:oauth:token-type:` + v.tokenType() + `
&subject_token=…
&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer
&client_assertion=…`
}

// tokenType is that of the token which the first trust's IdP gives.
func (v ClientEmbed) tokenType() string {
	if len(v.Trusts) > 0 && v.Trusts[0].Protocol == store.SAML {
		return "saml2"
	}
	return "id_token"
}
