package portal

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// A document and what came in its place make a line, which forks where several replaced it at different offices. At one
// office the line never forks: each of its documents that has a delivery there stands in for the one before.

// newer is the newest document that came in place of another at one office.
type newer struct {
	document store.ID
	stands   bool // it, or one between, was delivered there and not taken back
}

// newerOf returns what came in place of document, directly or by way of others, by office.
func newerOf(ctx context.Context, tx store.Tx, document store.ID) (map[store.ID]newer, error) {
	all := map[store.ID]newer{}
	err := descend(ctx, tx, document, func(_ store.ID, deliveries []store.Delivery) error {
		for _, d := range deliveries {
			is := newer{document: d.DocumentID, stands: all[d.OfficeID].stands}
			is.stands = is.stands || d.State == store.DeliveryDelivered || d.State == store.DeliveryExpired
			all[d.OfficeID] = is
		}
		return nil
	})
	return all, err
}

// superseded is the refusal to deliver what was replaced at an office by something that was delivered there.
func superseded(d store.Delivery, all map[store.ID]newer) error {
	if by := all[d.OfficeID]; by.stands {
		return store.Fail(store.Conflict, "error.superseded", "delivery %s: document %s was replaced by %s", d.ID, d.DocumentID, by.document)
	}
	return nil
}

// descend calls fn with every document that came after document, those that came in place of it before those that came
// in place of them, and their deliveries.
func descend(ctx context.Context, tx store.Tx, document store.ID, fn func(store.ID, []store.Delivery) error) error {
	for queue := []store.ID{document}; len(queue) > 0; queue = queue[1:] {
		next, err := tx.Documents().ReplacedBy(ctx, queue[0])
		if err != nil {
			return fmt.Errorf("look for what replaced document %s: %w", queue[0], err)
		}
		for _, id := range next {
			deliveries, err := tx.Deliveries().ByDocument(ctx, id)
			if err != nil {
				return fmt.Errorf("read the deliveries of document %s: %w", id, err)
			}
			if err := fn(id, deliveries); err != nil {
				return err
			}
		}
		queue = append(queue, next...)
	}
	return nil
}

// olderOf returns the documents that one stands in for, newest first, which is the one that it replaces.
func olderOf(ctx context.Context, tx store.Tx, replaces store.ID) (all []store.Document, err error) {
	for replaces != "" {
		doc, err := tx.Documents().Get(ctx, replaces)
		if err != nil {
			return nil, fmt.Errorf("read replaced document %s: %w", replaces, err)
		}
		all, replaces = append(all, doc), doc.Replaces
	}
	return all, nil
}

// newestAt demands that no document of the line has come after document, or beside it, at one of these offices.
func newestAt(ctx context.Context, tx store.Tx, document store.ID, offices []store.ID) error {
	line, err := olderOf(ctx, tx, document)
	if err != nil {
		return err
	}
	ours := map[store.ID]bool{}
	for _, doc := range line {
		ours[doc.ID] = true
	}
	return descend(ctx, tx, line[len(line)-1].ID, func(id store.ID, deliveries []store.Delivery) error {
		if at := slices.IndexFunc(deliveries, func(d store.Delivery) bool { return slices.Contains(offices, d.OfficeID) }); at >= 0 && !ours[id] {
			return store.Fail(store.Conflict, "error.replaced_before", "document %s was replaced by %s at office %s", document, id, deliveries[at].OfficeID)
		}
		return nil
	})
}
