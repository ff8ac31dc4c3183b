package door

import (
	"net/http"
	"slices"

	"cloudpocket/portal"
	"cloudpocket/portal/page"
)

// Shell returns what stands around the visitor's pages, and who they are.
func (d *Door) Shell(r *http.Request, v Visit) (page.Shell, portal.Me, error) {
	me, err := d.Portal.Me(r.Context(), v.Actor)
	if err != nil {
		return page.Shell{}, me, err
	}
	s := page.Shell{Firm: me.Firm, Company: me.Company, Person: me.Account.Name, Permissions: me.Permissions, Previous: v.Session.Previous, Embedded: v.Session.Embedded()}
	if done := r.URL.Query().Get("done"); slices.Contains(page.Deeds(), done) {
		s.Done = done
	}
	return s, me, nil
}
