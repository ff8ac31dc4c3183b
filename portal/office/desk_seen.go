package office

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"

	"cloudpocket/portal"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
)

// seenReport hands out who had seen a delivery, as CSV that spreadsheets open in the right encoding.
func (o *office) seenReport(w http.ResponseWriter, r *http.Request, v visit) error {
	delivery, err := id(r, "id")
	if err != nil {
		return err
	}
	seen, err := o.Portal.Seen(r.Context(), v.actor, delivery)
	if err != nil {
		return err
	}
	b, err := seenTable(o.Pages.Words(route.Lang(r)), seen)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", disposition("receipts-"+string(delivery)+".csv"))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	_, err = w.Write(b)
	return err
}

func seenTable(words page.Words, seen portal.Seen) ([]byte, error) {
	var head []string
	for _, key := range []string{"col.title", "col.office", "col.person", "col.delivered", "col.viewed", "col.downloaded", "col.acknowledged"} {
		word, err := words.Say(key, nil)
		if err != nil {
			return nil, fmt.Errorf("head of a report: %w", err)
		}
		head = append(head, word)
	}
	b := bytes.NewBufferString("\uFEFF") // by which Excel knows UTF-8
	table := csv.NewWriter(b)
	table.UseCRLF = true
	rows := [][]string{head}
	for _, p := range seen.People {
		rows = append(rows, []string{cell(seen.Title), cell(seen.Delivery.Office.Name), cell(p.AccountName),
			words.When(p.DeliveredAt), words.When(p.ViewedAt), words.When(p.DownloadedAt), words.When(p.AcknowledgedAt)})
	}
	if err := table.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("write a report: %w", err)
	}
	return b.Bytes(), nil
}

// cell keeps a spreadsheet from taking a text for a formula.
func cell(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}
