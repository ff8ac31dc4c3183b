package portal

import (
	"context"
	"fmt"
	"time"

	"cloudpocket/store"
)

// Hold is one thing that a delivery waits for. Its words in both languages are the messages "hold." + hold.
type Hold string

const (
	HoldTime     Hold = "time"     // it is not due yet
	HoldApproval Hold = "approval" // a second person has yet to approve
	HoldScan     Hold = "scan"     // the scanner has yet to pass its files
	HoldFound    Hold = "found"    // the scanner found something in one of them
	HoldWork     Hold = "work"     // nothing: it is about to be made
)

// holds returns what keeps d, of a document whose files are in that state, from being made.
func (p *Portal) holds(d store.Delivery, files store.ScanState, now time.Time) (all []Hold) {
	if d.State != store.DeliveryScheduled {
		return nil
	}
	switch {
	case files == store.ScanFound:
		all = append(all, HoldFound)
	case files == store.ScanWaiting && p.Scanning:
		all = append(all, HoldScan)
	}
	if d.Plan.TwoPersons && d.ApprovedBy == "" {
		all = append(all, HoldApproval)
	}
	if d.Plan.DueAt.After(now) {
		all = append(all, HoldTime)
	}
	if len(all) == 0 {
		all = append(all, HoldWork)
	}
	return all
}

// ScheduledDelivery is a delivery that waits, and for what.
type ScheduledDelivery struct {
	DeskDelivery
	Title   string
	Kind    string
	Planner string // the name of whoever planned it
	Mine    bool   // the actor planned it, and so cannot approve it
}

// Scheduled returns the deliveries that wait, to offices in the actor's scope, in the order in which they are due.
func (p *Portal) Scheduled(ctx context.Context, a Actor, page store.Page) (list store.List[ScheduledDelivery], err error) {
	err = p.view(ctx, a, AtDesk, func(tx store.Tx, account store.Account) error {
		waiting, err := tx.Deliveries().Scheduled(ctx, account.Offices, page)
		if err != nil {
			return fmt.Errorf("list what waits: %w", err)
		}
		list = store.List[ScheduledDelivery]{Next: waiting.Next}
		for _, d := range waiting.Items {
			one, err := p.scheduled(ctx, tx, account, d)
			if err != nil {
				return err
			}
			list.Items = append(list.Items, one)
		}
		return nil
	})
	return list, err
}

func (p *Portal) scheduled(ctx context.Context, tx store.Tx, account store.Account, d store.Delivery) (s ScheduledDelivery, err error) {
	s.Delivery, s.Mine = d, d.Plan.By == account.ID
	doc, err := tx.Documents().Get(ctx, d.DocumentID)
	if err != nil {
		return s, fmt.Errorf("read the document of a delivery that waits: %w", err)
	}
	s.Title, s.Kind = doc.Title, doc.Kind
	if s.Office, err = reach(ctx, tx, account, d.OfficeID); err != nil {
		return s, err
	}
	files, err := tx.Scans().OfDocument(ctx, d.DocumentID)
	if err != nil {
		return s, fmt.Errorf("read the scans of document %s: %w", d.DocumentID, err)
	}
	s.For = p.holds(d, files, p.Now())
	s.Planner, err = nameOf(ctx, tx, d.Plan.By)
	return s, err
}
