package office

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// desk shows what the firm delivered.
func (o *office) desk(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	kind, from := r.URL.Query().Get("kind"), door.From(r)
	list, err := o.Portal.Desk(r.Context(), v.Actor, store.DocumentFilter{Kind: kind}, from)
	if err != nil {
		return err
	}
	view := page.Desk{Items: list.Items, Kind: kind, Kinds: portal.Kinds(), Next: list.Next, Later: from.After != "", MayDeliver: s.MayDeliver(), MayOffices: s.Permissions.Has(store.PermitOffices), ScanOff: !o.Portal.Scanning}
	alerts, err := o.Portal.Alerts(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	view.Unopened, view.Found, view.Unplanned = alertsOf(alerts.Unopened), alertsOf(alerts.Found), alertsOf(alerts.Unplanned)
	view.Unscanned, view.Numbers = alertsOf(alerts.Unscanned), alertsOf(alerts.Numbers)
	view.MoreAlerts = alerts.More
	return o.Pages.Desk(w, r, s, view)
}

func alertsOf(list []portal.Alert) (all []page.Alert) {
	for _, a := range list {
		all = append(all, page.Alert(a))
	}
	return all
}
