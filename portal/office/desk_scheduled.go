package office

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
)

// scheduled shows the deliveries that wait, and for what.
func (o *office) scheduled(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	from := door.From(r)
	list, err := o.Portal.Scheduled(r.Context(), v.Actor, from)
	if err != nil {
		return err
	}
	view := page.Scheduled{Next: list.Next, Later: from.After != "", MayDeliver: s.MayDeliver()}
	for _, d := range list.Items {
		view.Items = append(view.Items, page.Waiting{SheetDelivery: waiting(d.DeskDelivery, v), Title: d.Title, Kind: d.Kind, Planner: d.Planner})
	}
	return o.Pages.Scheduled(w, r, s, view)
}

// waiting returns a delivery as pages have it.
func waiting(d portal.DeskDelivery, v door.Visit) page.SheetDelivery {
	shown := page.SheetDelivery{Delivery: d.Delivery, Office: d.Office, Told: d.Told, Mine: d.Plan.By == v.Actor.AccountID, Newer: d.Newer != "", Over: d.Over}
	for _, hold := range d.For {
		shown.For = append(shown.For, string(hold))
	}
	return shown
}

// approveDelivery is the second person's consent.
func (o *office) approveDelivery(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	delivery, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	if err := o.Portal.Approve(r.Context(), v.Actor, delivery); err != nil {
		return err
	}
	return door.SeeOther(w, r, "/desk/scheduled?done=approved")
}

// unscheduleDelivery makes a delivery that waits a draft again.
func (o *office) unscheduleDelivery(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	delivery, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	if err := o.Portal.Unschedule(r.Context(), v.Actor, delivery); err != nil {
		return err
	}
	return door.SeeOther(w, r, "/desk/scheduled?done=unscheduled")
}

// bounced shows the mails whose address is wrong.
func (o *office) bounced(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	from := door.From(r)
	list, err := o.Portal.Bounced(r.Context(), v.Actor, from)
	if err != nil {
		return err
	}
	view := page.Bounced{Next: list.Next, Later: from.After != ""}
	for _, m := range list.Items {
		view.Items = append(view.Items, page.BouncedMail(m))
	}
	return o.Pages.Bounced(w, r, s, view)
}
