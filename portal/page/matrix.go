package page

import (
	"net/http"

	"cloudpocket/store"
)

// Matrix is how the newest documents stand at offices.
type Matrix struct {
	Company       store.ID // what it is narrowed to; empty: all
	Companies     []store.Company
	Offices       []store.Office
	Documents     []store.DocumentSummary
	Cell          func(document, office store.ID) store.ReceiptCell
	Told          map[store.ID]store.PersonCount // by delivery
	OfficesAt     store.Cursor                   // where this part begins
	DocumentsAt   store.Cursor
	NextOffices   store.Cursor
	NextDocuments store.Cursor
	MayExport     bool
}

// Matrix shows a part of the matrix.
func (p *Pages) Matrix(w http.ResponseWriter, r *http.Request, s Shell, v Matrix) error {
	s.Current = PlaceMatrix
	return p.show(w, r, http.StatusOK, "matrix", s, v)
}

// OfCompany is the link to the matrix of one company, or of all.
func (v Matrix) OfCompany(id store.ID) string { return link("/desk/matrix", "company", string(id)) }

// MoreOffices and MoreDocuments lead on in either way, CSV to the same part as a table, and FirstLink back to the beginning.
func (v Matrix) MoreOffices() string   { return v.at("/desk/matrix", v.NextOffices, v.DocumentsAt) }
func (v Matrix) MoreDocuments() string { return v.at("/desk/matrix", v.OfficesAt, v.NextDocuments) }
func (v Matrix) CSV() string           { return v.at("/desk/matrix.csv", v.OfficesAt, v.DocumentsAt) }
func (v Matrix) FirstLink() string     { return v.OfCompany(v.Company) }

func (v Matrix) at(path string, offices, documents store.Cursor) string {
	return link(path, "company", string(v.Company), "offices", string(offices), "documents", string(documents))
}

// CompanyName is the name of the company that the matrix is narrowed to.
func (v Matrix) CompanyName() string {
	for _, c := range v.Companies {
		if c.ID == v.Company {
			return c.Name
		}
	}
	return string(v.Company)
}
