package admin

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/csv"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
)

// download is a table that is sent while it is read. Before the first row a refusal is an answer like any other; after it
// the answer is cut off, which browsers tell.
type download struct {
	w        http.ResponseWriter
	r        *http.Request
	log      *slog.Logger
	name     string
	headings []string
	more     string // what the last row says, where there is more
	table    *csv.Table
}

// newDownload prepares a table whose headings are those words.
func newDownload(w http.ResponseWriter, r *http.Request, pages *page.Pages, p *portal.Portal, name string, headings ...string) (*download, error) {
	words := pages.Words(route.Lang(r))
	d := &download{w: w, r: r, log: p.Log, name: name + p.Now().In(tokyo()).Format("20060102-150405") + ".csv"}
	for _, key := range headings {
		cell, err := words.Say(key, nil)
		if err != nil {
			return nil, err
		}
		d.headings = append(d.headings, cell)
	}
	more, err := words.Say("log.csv.more", map[string]any{"Count": words.Number(portal.MaxLogExport)})
	d.more = more
	return d, err
}

func (d *download) row(cells ...string) error {
	if d.table == nil {
		if err := d.begin(); err != nil {
			return err
		}
	}
	return d.table.Row(cells...)
}

func (d *download) begin() error {
	h := d.w.Header()
	h.Set("Content-Type", csv.Type)
	h.Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
	d.table = csv.NewTable(d.w)
	return d.table.Row(d.headings...)
}

// end sends what is left, after the reading ended with err.
func (d *download) end(more bool, err error) error {
	switch {
	case err != nil && d.table != nil:
		d.log.WarnContext(d.r.Context(), "a log that was taken away is cut off", "request_id", route.RequestID(d.r.Context()), "error", err)
		panic(http.ErrAbortHandler)
	case err != nil:
		return err
	case d.table == nil:
		if err := d.begin(); err != nil {
			return err
		}
	}
	if more {
		if err := d.table.Row(d.more); err != nil {
			return err
		}
	}
	return d.table.End()
}

// namedCell writes texts that have names into one cell, as JSON.
func namedCell(texts map[string]string) string {
	if len(texts) == 0 {
		return ""
	}
	b, err := json.Marshal(texts)
	if err != nil {
		return "" // texts alone cannot fail
	}
	return string(b)
}
