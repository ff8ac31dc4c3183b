package office

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// deskDocument shows one document to the firm: where it went, and who did what with it.
func (o *office) deskDocument(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	document, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return o.sheet(w, r, v, document, page.Sheet{Withdraw: store.ID(r.URL.Query().Get("withdraw"))})
}

// sheet completes a view of document, which may hold a problem already, and shows it.
func (o *office) sheet(w http.ResponseWriter, r *http.Request, v door.Visit, document store.ID, view page.Sheet) error {
	s, me, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	d, err := o.Portal.DeskDocument(r.Context(), v.Actor, document)
	if err != nil {
		return err
	}
	view.Document, view.Author, view.MayDeliver = d.Document, d.Author, s.MayDeliver()
	view.Withheld, view.ReplacedBy, view.Now = d.Withheld, d.ReplacedBy, o.Portal.Now()
	for _, one := range d.Deliveries {
		view.Deliveries = append(view.Deliveries, waiting(one, v))
	}
	if view.MayDeliver {
		if view.Look, err = o.look(r, v, portal.Source{Document: document}, d.Parts, false); err != nil {
			return err
		}
	}
	if view.MayReceipts = me.Permissions.Has(store.PermitReceipts); view.MayReceipts {
		if err := o.receipts(r, v, document, &view); err != nil {
			return err
		}
	}
	return o.Pages.Sheet(w, r, s, view)
}

func (o *office) receipts(r *http.Request, v door.Visit, document store.ID, view *page.Sheet) error {
	from := door.From(r)
	list, err := o.Portal.Receipts(r.Context(), v.Actor, document, from)
	if err != nil {
		return err
	}
	view.Receipts, view.Next, view.Later = list.Items, list.Next, from.After != ""
	return nil
}
