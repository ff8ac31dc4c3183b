package office

import (
	"io"
	"net/http"
	"strconv"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// matrix shows how the newest documents stand at offices.
func (o *office) matrix(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	at := matrixPage(r)
	m, err := o.Portal.Matrix(r.Context(), v.Actor, at)
	if err != nil {
		return err
	}
	return o.Pages.Matrix(w, r, s, page.Matrix{Company: at.Company, Companies: m.Companies, Offices: m.Offices, Documents: m.Documents, Cell: m.Cell, Told: m.Told,
		OfficesAt: at.Offices, DocumentsAt: at.Documents, NextOffices: m.NextOffices, NextDocuments: m.NextDocuments, MayExport: s.MayDeliver()})
}

func matrixPage(r *http.Request) portal.MatrixPage {
	q := r.URL.Query()
	return portal.MatrixPage{Company: store.ID(q.Get("company")), Offices: store.Cursor(q.Get("offices")), Documents: store.Cursor(q.Get("documents"))}
}

// matrixTable is the same part of the matrix as a table, one row for each pair that there is.
func (o *office) matrixTable(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	m, err := o.Portal.Matrix(r.Context(), v.Actor, matrixPage(r))
	if err != nil {
		return err
	}
	words := o.Pages.Words(route.Lang(r))
	head, err := say(words, "col.office", "col.title", "col.created", "col.state", "matrix.recipients", "col.viewed", "col.downloaded", "col.acknowledged", "onward.told", "onward.person")
	if err != nil {
		return err
	}
	rows := [][]string{head}
	for _, d := range m.Documents {
		for _, of := range m.Offices {
			c := m.Cell(d.ID, of.ID)
			if c.DeliveryID == "" {
				continue
			}
			state, err := words.Say("state."+string(c.State), nil)
			if err != nil {
				return err
			}
			told, named := toldCells(m.Told[c.DeliveryID])
			rows = append(rows, []string{of.Name, d.Title, words.Day(d.CreatedAt), state, strconv.Itoa(c.Recipients), strconv.Itoa(c.Viewed), strconv.Itoa(c.Downloaded), strconv.Itoa(c.Acknowledged), told, named})
		}
	}
	return table(w, "matrix.csv", rows)
}

// toldCells are how many persons were told, and how many there are, for a table: empty where nobody is named.
func toldCells(n store.PersonCount) (told, named string) {
	if n.All == 0 {
		return "", ""
	}
	return strconv.Itoa(n.Told), strconv.Itoa(n.All)
}

// export hands out everything of a company or of the firm.
func (o *office) export(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxChoice)
	if err := r.ParseForm(); err != nil {
		return store.Fail(store.Invalid, "error.form", "read the form: %w", err)
	}
	company := store.ID(r.PostForm.Get("company"))
	if company != "" && !company.Valid() {
		return store.ErrNotFound
	}
	e, err := o.Portal.Export(r.Context(), v.Actor, company)
	if err != nil {
		return err
	}
	o.stream(w, r, "export.zip", func(w io.Writer) error { return e.WriteTo(r.Context(), w, nil) })
	return nil
}
