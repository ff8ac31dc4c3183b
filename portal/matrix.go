package portal

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// How much of the matrix is shown at once.
const (
	matrixOffices   = 25
	matrixDocuments = 8
)

// MatrixPage says which part of the matrix is asked for, and what it is narrowed to.
type MatrixPage struct {
	Company   store.ID // empty: all
	Offices   store.Cursor
	Documents store.Cursor
}

// Matrix is how the newest documents stand at offices.
type Matrix struct {
	Offices       []store.Office
	Documents     []store.DocumentSummary
	Cells         map[store.ID]map[store.ID]store.ReceiptCell // by document, then office
	Told          map[store.ID]store.PersonCount              // of the insured persons that a document names, by delivery
	NextOffices   store.Cursor
	NextDocuments store.Cursor
	Companies     []store.Company // those to narrow to, at most officeChoices
}

// Cell returns where a document and an office meet; its DeliveryID is empty where they do not.
func (m Matrix) Cell(document, office store.ID) store.ReceiptCell { return m.Cells[document][office] }

// Matrix returns a part of the matrix of offices and documents within the actor's scope: offices by company and name,
// documents from the newest on.
func (p *Portal) Matrix(ctx context.Context, a Actor, page MatrixPage) (m Matrix, err error) {
	err = p.view(ctx, a, store.PermitReceipts, func(tx store.Tx, account store.Account) (err error) {
		m = Matrix{Cells: map[store.ID]map[store.ID]store.ReceiptCell{}}
		if err := m.offices(ctx, tx, account, page); err != nil {
			return err
		}
		if err := m.documents(ctx, tx, account, page); err != nil {
			return err
		}
		companies, err := tx.Companies().List(ctx, store.Page{Limit: officeChoices})
		if err != nil {
			return fmt.Errorf("list companies: %w", err)
		}
		for _, c := range companies.Items {
			if account.Offices.All {
				m.Companies = append(m.Companies, c)
			}
		}
		return m.fill(ctx, tx)
	})
	return m, err
}

// offices reads until a page is full: of a list of offices in scope, many may be out of it.
func (m *Matrix) offices(ctx context.Context, tx store.Tx, account store.Account, page MatrixPage) error {
	for at := (store.Page{After: page.Offices, Limit: matrixOffices}); ; {
		list, err := tx.Offices().List(ctx, page.Company, at)
		if err != nil {
			return fmt.Errorf("list offices: %w", err)
		}
		for _, o := range list.Items {
			if account.Reaches(o) {
				m.Offices = append(m.Offices, o)
			}
		}
		if m.NextOffices, at.After = list.Next, list.Next; at.After == "" || len(m.Offices) >= matrixOffices {
			return nil
		}
	}
}

// documents are those of the company's offices, if one was named.
func (m *Matrix) documents(ctx context.Context, tx store.Tx, account store.Account, page MatrixPage) error {
	scope := account.Offices
	if page.Company != "" {
		var all []store.ID
		for at := (store.Page{Limit: store.MaxPage}); ; {
			list, err := tx.Offices().List(ctx, page.Company, at)
			if err != nil {
				return fmt.Errorf("list the company's offices: %w", err)
			}
			for _, o := range list.Items {
				if account.Reaches(o) {
					all = append(all, o.ID)
				}
			}
			if at.After = list.Next; at.After == "" {
				break
			}
		}
		slices.Sort(all)
		scope = store.OfficeScope{Offices: all}
	}
	list, err := tx.Documents().List(ctx, scope, store.DocumentFilter{}, store.Page{After: page.Documents, Limit: matrixDocuments})
	if err != nil {
		return fmt.Errorf("list documents: %w", err)
	}
	m.Documents, m.NextDocuments = list.Items, list.Next
	return nil
}

func (m *Matrix) fill(ctx context.Context, tx store.Tx) error {
	var documents, offices, deliveries []store.ID
	for _, d := range m.Documents {
		documents = append(documents, d.ID)
	}
	for _, o := range m.Offices {
		offices = append(offices, o.ID)
	}
	cells, err := tx.Receipts().Cells(ctx, documents, offices)
	if err != nil {
		return fmt.Errorf("count receipts: %w", err)
	}
	for _, c := range cells {
		if m.Cells[c.DocumentID] == nil {
			m.Cells[c.DocumentID] = map[store.ID]store.ReceiptCell{}
		}
		m.Cells[c.DocumentID][c.OfficeID] = c
		if c.State == store.DeliveryDelivered || c.State == store.DeliveryExpired {
			deliveries = append(deliveries, c.DeliveryID)
		}
	}
	if m.Told, err = tx.Persons().Left(ctx, deliveries); err != nil {
		return fmt.Errorf("count who was told: %w", err)
	}
	return nil
}
