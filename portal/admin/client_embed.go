package admin

import (
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
)

// clientEmbed shows whether an API client is ready to embed, what its partner copies, and whom it brought lately.
func (a *admin) clientEmbed(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	c, err := a.Portal.EmbedOf(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	view := page.ClientEmbed{ClientLine: page.ClientLine{APIClient: c.APIClient}, Base: a.BaseURL, Keys: len(c.Keys)}
	for _, t := range c.Trusts {
		view.Trusts = append(view.Trusts, page.EmbedTrust{ID: t.ID, Name: t.Name, Protocol: t.Protocol})
	}
	for _, one := range c.SignIns {
		view.SignIns = append(view.SignIns, page.SignInItem{SignIn: one.SignIn, Account: one.Name})
	}
	return a.Pages.ClientEmbed(w, r, s, view)
}
