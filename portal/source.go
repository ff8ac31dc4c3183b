package portal

import (
	"context"
	"fmt"

	"cloudpocket/store"
)

// Source is what somebody reads in: a delivery, as its client does, or a document or a package of the tray, as the firm
// does. Exactly one of them is set.
type Source struct{ Delivery, Document, Package store.ID }

// need is the menu through which a source is reached.
func (s Source) need() store.Permission {
	if s.Delivery != "" {
		return store.PermitView
	}
	return store.PermitDeliver
}

// String is the source as the audit names it.
func (s Source) String() string {
	switch {
	case s.Delivery != "":
		return "delivery:" + string(s.Delivery)
	case s.Document != "":
		return "document:" + string(s.Document)
	}
	return "package:" + string(s.Package)
}

// source returns the document that a may read in s. What is not there, out of reach, withdrawn or thrown away is
// ErrNotFound alike; what the scanner keeps away is ErrDenied with a key that says so. A package of the tray comes as the
// document that it would become.
func (p *Portal) source(ctx context.Context, a Actor, s Source) (doc store.Document, err error) {
	err = p.view(ctx, a, s.need(), func(tx store.Tx, account store.Account) (err error) {
		doc, err = p.readable(ctx, tx, account, s)
		return err
	})
	return doc, err
}

func (p *Portal) readable(ctx context.Context, tx store.Tx, account store.Account, s Source) (doc store.Document, err error) {
	switch {
	case s.Delivery != "":
		d, _, err := standing(ctx, tx, account, s.Delivery)
		if err != nil {
			return doc, err
		}
		if doc, err = tx.Documents().Get(ctx, d.DocumentID); err != nil {
			return doc, fmt.Errorf("read delivered document: %w", err)
		}
	case s.Document != "":
		var deliveries []DeskDelivery
		if doc, deliveries, err = atDesk(ctx, tx, account, s.Document); err != nil {
			return doc, err
		}
		if err := p.unscannedAtDesk(ctx, tx, doc.Files, deliveries); err != nil {
			return doc, err
		}
	default:
		if doc, err = trayed(ctx, tx, account, s.Package); err != nil {
			return doc, err
		}
		if err := p.unscanned(ctx, tx, doc.Files); err != nil {
			return doc, err
		}
	}
	return doc, harmless(ctx, tx, doc)
}

// trayed returns a package that was looked into and may be read, as a document.
func trayed(ctx context.Context, tx store.Tx, account store.Account, id store.ID) (store.Document, error) {
	pkg, err := packageInSight(ctx, tx, account, id)
	if err != nil {
		return store.Document{}, err
	}
	switch pkg.State {
	case store.PackageReady, store.PackageUnplaced, store.PackageDuplicate, store.PackageHanded:
	default:
		return store.Document{}, fmt.Errorf("package %s is %s: %w", id, pkg.State, store.ErrNotFound)
	}
	file := store.File{ID: pkg.ID, Name: pkg.Name, Size: pkg.Size, Digest: pkg.Digest}
	return store.Document{ID: pkg.ID, Title: pkg.Title, Kind: pkg.Kind, Origin: pkg.Origin, Files: []store.File{file}}, nil
}

// harmless refuses a document in one of whose files the scanner found something.
func harmless(ctx context.Context, tx store.Tx, doc store.Document) error {
	for _, f := range doc.Files {
		if err := withheld(ctx, tx, f.Digest); err != nil {
			return err
		}
	}
	return nil
}
