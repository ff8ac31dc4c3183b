package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// DeskDelivery is a delivery and the office it is for.
type DeskDelivery struct {
	store.Delivery
	Office store.Office
	For    []Hold            // what it waits for, while it is scheduled
	Newer  store.ID          // the document that came in place of it at this office; empty if none
	Over   bool              // that one, or one between, was delivered there: this one cannot be any more
	Told   store.PersonCount // of the insured persons that it names
}

// DeskDocument is a document as the firm sees it.
type DeskDocument struct {
	Document   store.Document
	Author     string
	Deliveries []DeskDelivery // those to offices in the actor's scope
	Withheld   []store.Digest // files in which the scanner found something
	ReplacedBy []store.ID     // the documents that came in place of it at the offices of Deliveries
	Parts      []Part         // what there is to look at, in reading order
}

// Desk returns the firm's list of documents, newest first, within the actor's office scope.
func (p *Portal) Desk(ctx context.Context, a Actor, f store.DocumentFilter, page store.Page) (list store.List[store.DocumentSummary], err error) {
	err = p.view(ctx, a, AtDesk, func(tx store.Tx, account store.Account) (err error) {
		list, err = tx.Documents().List(ctx, account.Offices, f, page)
		if err != nil {
			return fmt.Errorf("list the firm's documents: %w", err)
		}
		return nil
	})
	return list, err
}

// DeskDocument returns one document with its deliveries.
func (p *Portal) DeskDocument(ctx context.Context, a Actor, id store.ID) (d DeskDocument, err error) {
	err = p.view(ctx, a, AtDesk, func(tx store.Tx, account store.Account) (err error) {
		if d.Document, d.Deliveries, err = atDesk(ctx, tx, account, id); err != nil {
			return err
		}
		if d.Author, err = nameOf(ctx, tx, d.Document.CreatedBy); err != nil {
			return err
		}
		return p.standOf(ctx, tx, &d)
	})
	if err == nil {
		d.Parts, err = p.parts(ctx, a.TenantID, d.Document)
	}
	return d, err
}

// standOf adds how a document stands: what its deliveries wait for, what is withheld, and what came in its place.
func (p *Portal) standOf(ctx context.Context, tx store.Tx, d *DeskDocument) error {
	files, err := tx.Scans().OfDocument(ctx, d.Document.ID)
	if err != nil {
		return fmt.Errorf("read the scans of document %s: %w", d.Document.ID, err)
	}
	for i, one := range d.Deliveries {
		d.Deliveries[i].For = p.holds(one.Delivery, files, p.Now())
	}
	if err := countTold(ctx, tx, d.Deliveries); err != nil {
		return err
	}
	d.Withheld = nil
	for _, f := range d.Document.Files {
		if err := withheld(ctx, tx, f.Digest); errors.Is(err, store.ErrDenied) {
			d.Withheld = append(d.Withheld, f.Digest)
		} else if err != nil {
			return err
		}
	}
	return d.replaced(ctx, tx)
}

// replaced adds what came in place of a document.
func (d *DeskDocument) replaced(ctx context.Context, tx store.Tx) error {
	all, err := newerOf(ctx, tx, d.Document.ID)
	if err != nil {
		return err
	}
	d.ReplacedBy = nil
	for i, one := range d.Deliveries {
		by := all[one.OfficeID]
		d.Deliveries[i].Newer, d.Deliveries[i].Over = by.document, by.stands
		if by.document != "" && !slices.Contains(d.ReplacedBy, by.document) {
			d.ReplacedBy = append(d.ReplacedBy, by.document)
		}
	}
	return nil
}

// countTold fills in how many persons of each delivery were told. What was never delivered has nobody to tell.
func countTold(ctx context.Context, tx store.Tx, all []DeskDelivery) error {
	var ids []store.ID
	for _, d := range all {
		if !d.DeliveredAt.IsZero() {
			ids = append(ids, d.ID)
		}
	}
	counts, err := tx.Persons().Left(ctx, ids)
	if err != nil {
		return fmt.Errorf("count who was told: %w", err)
	}
	for i := range all {
		all[i].Told = counts[all[i].ID]
	}
	return nil
}

// DeskFile records that one of the firm's people downloads a file of a document and returns it with its bytes, which
// the caller closes.
func (p *Portal) DeskFile(ctx context.Context, a Actor, document, file store.ID) (f store.File, blob store.Blob, err error) {
	err = p.view(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		doc, deliveries, err := atDesk(ctx, tx, account, document)
		if err != nil {
			return err
		}
		if f, err = fileOf(doc, file); err != nil {
			return err
		}
		if err := withheld(ctx, tx, f.Digest); err != nil {
			return err
		}
		return p.unscannedAtDesk(ctx, tx, []store.File{f}, deliveries)
	})
	if err != nil {
		return f, nil, err
	}
	if blob, err = p.Blobs.Open(ctx, a.TenantID, f.Digest); err != nil {
		return f, nil, fmt.Errorf("open file %s: %w", f.ID, unreadable(err))
	}
	if err := p.auditDeskFile(ctx, a, document, f); err != nil {
		blob.Close()
		return f, nil, err
	}
	return f, blob, nil
}

func (p *Portal) auditDeskFile(ctx context.Context, a Actor, document store.ID, f store.File) error {
	return p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		if _, _, err := atDesk(ctx, tx, account, document); err != nil {
			return err
		}
		if err := withheld(ctx, tx, f.Digest); err != nil {
			return err
		}
		detail := map[string]string{"file": string(f.ID), "sha256": string(f.Digest), "by": "firm"}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedDownload, "document:"+string(document), detail))
	})
}

// Choices returns the offices that the actor can deliver to, with their companies, by company and name. Those that have
// ended are not offered; what their codes name still finds them, since the papers on an end come after it.
func (p *Portal) Choices(ctx context.Context, a Actor) (choices []OfficeChoice, err error) {
	err = p.view(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		companies := map[store.ID]string{}
		for page := (store.Page{Limit: store.MaxPage}); ; {
			list, err := tx.Offices().List(ctx, "", page)
			if err != nil {
				return fmt.Errorf("list offices: %w", err)
			}
			for _, o := range list.Items {
				if !account.Reaches(o) || o.Closed() {
					continue
				}
				if _, ok := companies[o.CompanyID]; !ok {
					c, err := tx.Companies().Get(ctx, o.CompanyID)
					if err != nil {
						return fmt.Errorf("read company of office %s: %w", o.ID, err)
					}
					companies[o.CompanyID] = c.Name
				}
				choices = append(choices, OfficeChoice{Office: o, Company: companies[o.CompanyID]})
			}
			if page.After = list.Next; page.After == "" {
				return nil
			}
		}
	})
	return choices, err
}

// OfficeChoice is an office to deliver to, with its company's name.
type OfficeChoice struct {
	store.Office
	Company string
}
