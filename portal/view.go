package portal

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/store"
)

// Opened is a document as a client sees it.
type Opened struct {
	Document store.Document
	Delivery store.Delivery
	Office   store.Office
	Sender   string        // the person of the firm who delivered it
	Firm     string        // the firm's name
	Receipt  store.Receipt // zero for the firm's own people
	Staff    bool
	Parts    []Part // what there is to look at, in reading order
}

// View opens a delivery's page: it records that the actor viewed it, and returns it. A delivery that is not there, was
// withdrawn, or is out of reach is ErrNotFound alike. One that the scanner keeps away is ErrDenied, and was not viewed.
func (p *Portal) View(ctx context.Context, a Actor, delivery store.ID) (Opened, error) {
	var o Opened
	err := p.update(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) (err error) {
		if _, err = p.readable(ctx, tx, account, Source{Delivery: delivery}); err != nil {
			return err
		}
		o, err = p.open(ctx, tx, a, account, delivery, store.Viewed, store.DeedView)
		return err
	})
	if err != nil {
		return Opened{}, err
	}
	tenant, err := p.Records.Tenants().Get(ctx, a.TenantID)
	if err != nil {
		return Opened{}, fmt.Errorf("read the firm's name: %w", err)
	}
	o.Firm = tenant.Name
	o.Parts, err = p.parts(ctx, a.TenantID, o.Document)
	return o, err
}

// open notes fact and deed on a standing delivery, and returns it as it is then.
func (p *Portal) open(ctx context.Context, tx store.Tx, a Actor, account store.Account, id store.ID, fact store.Fact, deed store.Deed) (o Opened, err error) {
	if o.Delivery, o.Office, err = p.note(ctx, tx, a, account, id, fact, deed, nil); err != nil {
		return Opened{}, err
	}
	if o.Document, err = tx.Documents().Get(ctx, o.Delivery.DocumentID); err != nil {
		return Opened{}, fmt.Errorf("read delivered document: %w", err)
	}
	if o.Sender, err = nameOf(ctx, tx, o.Delivery.DeliveredBy); err != nil {
		return Opened{}, err
	}
	if o.Staff = account.Staff(); o.Staff {
		return o, nil
	}
	if o.Receipt, err = tx.Receipts().Get(ctx, account.ID, id); err != nil {
		return Opened{}, fmt.Errorf("read receipt: %w", err)
	}
	return o, nil
}

// note records fact on the account's receipt of a standing delivery, unless it is one of the firm's own people, who have
// none, and deed in the audit.
func (p *Portal) note(ctx context.Context, tx store.Tx, a Actor, account store.Account, id store.ID, fact store.Fact, deed store.Deed, detail map[string]string) (store.Delivery, store.Office, error) {
	d, office, err := standing(ctx, tx, account, id)
	if err != nil {
		return d, office, err
	}
	if !account.Staff() {
		first, err := tx.Receipts().Record(ctx, account.ID, id, fact, p.Now())
		if err == nil && first {
			err = p.tellFact(ctx, tx, account, d, fact)
		}
		if err != nil {
			return d, office, fmt.Errorf("record %s: %w", fact, err)
		}
	}
	if err := tx.Audit().Append(ctx, p.event(a, account, deed, "delivery:"+string(id), detail)); err != nil {
		return d, office, fmt.Errorf("append to the audit: %w", err)
	}
	return d, office, nil
}

// nameOf returns an account's name, "" for one that is no longer there.
func nameOf(ctx context.Context, tx store.Tx, id store.ID) (string, error) {
	account, err := whoever(ctx, tx, id)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read who delivered: %w", err)
	}
	return account.Name, nil
}

// MayView reports whether View would open the page, and records nothing.
func (p *Portal) MayView(ctx context.Context, a Actor, delivery store.ID) error {
	return p.view(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) error {
		_, err := p.readable(ctx, tx, account, Source{Delivery: delivery})
		return err
	})
}
