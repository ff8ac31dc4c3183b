package office

import (
	"fmt"
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
)

// seenReport hands out who had seen a delivery, as CSV that spreadsheets open in the right encoding.
func (o *office) seenReport(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	delivery, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	seen, err := o.Portal.Seen(r.Context(), v.Actor, delivery)
	if err != nil {
		return err
	}
	rows, err := seenRows(o.Pages.Words(route.Lang(r)), seen)
	if err != nil {
		return err
	}
	return table(w, "receipts-"+string(delivery)+".csv", rows)
}

func seenRows(words page.Words, seen portal.Seen) ([][]string, error) {
	head, err := say(words, "col.title", "col.office", "col.person", "col.delivered", "col.viewed", "col.downloaded", "col.acknowledged", "onward.told", "onward.person")
	if err != nil {
		return nil, fmt.Errorf("head of a report: %w", err)
	}
	rows := [][]string{head}
	told, named := toldCells(seen.Delivery.Told)
	for _, p := range seen.People {
		rows = append(rows, []string{seen.Title, seen.Delivery.Office.Name, p.AccountName,
			words.When(p.DeliveredAt), words.When(p.ViewedAt), words.When(p.DownloadedAt), words.When(p.AcknowledgedAt), told, named})
	}
	return rows, nil
}
