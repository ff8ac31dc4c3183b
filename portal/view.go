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
}

// View opens a delivery's page: it records that the actor viewed it, and returns it. A delivery that is not there, was
// withdrawn, or is out of reach is ErrNotFound alike.
func (p *Portal) View(ctx context.Context, a Actor, delivery store.ID) (Opened, error) {
	var o Opened
	err := p.update(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) (err error) {
		o, err = p.open(ctx, tx, a, account, delivery, store.Viewed, store.DeedView, nil)
		return err
	})
	if err != nil {
		return Opened{}, err
	}
	tenant, err := p.Records.Tenants().Get(ctx, a.TenantID)
	o.Firm = tenant.Name
	return o, err
}

// open finds a standing delivery, records fact and deed, and returns it as it is then.
func (p *Portal) open(ctx context.Context, tx store.Tx, a Actor, account store.Account, id store.ID, fact store.Fact, deed store.Deed, detail map[string]string) (Opened, error) {
	d, office, err := standing(ctx, tx, account, id)
	if err != nil {
		return Opened{}, err
	}
	doc, err := tx.Documents().Get(ctx, d.DocumentID)
	if err != nil {
		return Opened{}, fmt.Errorf("read delivered document: %w", err)
	}
	o := Opened{Document: doc, Delivery: d, Office: office, Staff: account.Staff()}
	if err := p.record(ctx, tx, account, &o, fact); err != nil {
		return Opened{}, err
	}
	if o.Sender, err = nameOf(ctx, tx, d.DeliveredBy); err != nil {
		return Opened{}, err
	}
	event := p.event(a, account, deed, "delivery:"+string(id), detail)
	if err := tx.Audit().Append(ctx, event); err != nil {
		return Opened{}, fmt.Errorf("append to the audit: %w", err)
	}
	return o, nil
}

// record writes fact on the account's receipt, unless it is one of the firm's own people, who have none.
func (p *Portal) record(ctx context.Context, tx store.Tx, account store.Account, o *Opened, fact store.Fact) (err error) {
	if account.Staff() {
		return nil
	}
	if _, err = tx.Receipts().Record(ctx, account.ID, o.Delivery.ID, fact, p.Now()); err != nil {
		return fmt.Errorf("record %s: %w", fact, err)
	}
	if o.Receipt, err = tx.Receipts().Get(ctx, account.ID, o.Delivery.ID); err != nil {
		return fmt.Errorf("read receipt: %w", err)
	}
	return nil
}

// nameOf returns an account's name, "" for one that is no longer there.
func nameOf(ctx context.Context, tx store.Tx, id store.ID) (string, error) {
	account, err := tx.Accounts().Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read who delivered: %w", err)
	}
	return account.Name, nil
}
