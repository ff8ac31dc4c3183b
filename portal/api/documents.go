package api

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strconv"

	"cloudpocket/portal"
	"cloudpocket/portal/api/gen"
	"cloudpocket/store"
)

// publication is the form of a document as it arrives.
type publication struct {
	portal.Draft
	offices []string // as the parent product calls them
	content []byte   // what identifies all of it, for Idempotency-Key: two forms alike differ in their boundary
}

// PublishDocument makes a document with a delivery for each office.
func (c call) PublishDocument(ctx context.Context, r gen.PublishDocumentRequestObject) (gen.PublishDocumentResponseObject, error) {
	p, err := c.publication(ctx, r)
	if err != nil {
		return nil, wrapped(err, "read a document")
	}
	id, err := once(ctx, c, r.Params.IdempotencyKey, p.content, func(a portal.Actor) (string, error) {
		p.Offices, err = c.Portal.OfficesOfParent(ctx, a, p.offices)
		if err != nil {
			return "", err
		}
		made, err := c.Portal.Publish(ctx, a, p.Draft)
		return string(made), err
	})
	if err != nil {
		return nil, wrapped(err, "publish a document")
	}
	d, err := c.Portal.DeskDocument(ctx, c.actor, store.ID(id))
	if err != nil {
		return nil, wrapped(err, "see what was published")
	}
	return gen.PublishDocument201JSONResponse(documentOf(d)), nil
}

// publication reads the form and stages its files.
func (c call) publication(ctx context.Context, r gen.PublishDocumentRequestObject) (p publication, err error) {
	if err := c.Portal.MayStage(ctx, c.actor); err != nil {
		return p, err
	}
	p.content = []byte("publish")
	return p, form{most: store.MaxDeliveries + portal.MaxFiles + 10, field: p.set, file: func(name string, src io.Reader) error {
		if len(p.Files) == portal.MaxFiles {
			return store.Fail(store.Invalid, "error.too_many_files", "more than %d files", portal.MaxFiles).With("Max", portal.MaxFiles)
		}
		sum := sha256.New()
		f, err := c.Portal.Stage(ctx, c.actor, name, io.TeeReader(src, sum))
		p.Files = append(p.Files, f)
		p.content = fmt.Appendf(p.content, "\nfile %q %x", name, sum.Sum(nil))
		return err
	}}.read(r.Body)
}

// set takes one field of the form.
func (p *publication) set(name, value string) (err error) {
	p.content = fmt.Appendf(p.content, "\n%q %q", name, value)
	switch name {
	case "title":
		p.Title = value
	case "kind":
		p.Kind = value
	case "note":
		p.Note = value
	case "acknowledge":
		p.Acknowledge, err = truth(name, value)
	case "deliver":
		p.Deliver, err = truth(name, value)
	case "office":
		p.offices = append(p.offices, value)
	default:
		err = nothing(name, value)
	}
	return err
}

func truth(name, value string) (bool, error) {
	if !slices.Contains([]string{"true", "false"}, value) {
		return false, store.Fail(store.Invalid, "error.field_truth", "field %q is %.40q", name, value).With("Name", name)
	}
	return value == "true", nil
}

// GetDocument answers with a document and those of its deliveries that are in reach.
func (c call) GetDocument(ctx context.Context, r gen.GetDocumentRequestObject) (gen.GetDocumentResponseObject, error) {
	d, err := c.Portal.DeskDocument(ctx, c.actor, store.ID(r.Id))
	if err != nil {
		return nil, wrapped(err, "see a document")
	}
	return gen.GetDocument200JSONResponse(documentOf(d)), nil
}

// DeliverDocument makes the drafts of a document.
func (c call) DeliverDocument(ctx context.Context, r gen.DeliverDocumentRequestObject) (gen.DeliverDocumentResponseObject, error) {
	made, err := once(ctx, c, r.Params.IdempotencyKey, fmt.Appendf(nil, "deliver %q", r.Id), func(a portal.Actor) (string, error) {
		n, err := c.Portal.Deliver(ctx, a, store.ID(r.Id))
		return strconv.Itoa(n), err
	})
	if err != nil {
		return nil, wrapped(err, "deliver a document")
	}
	n, err := strconv.Atoi(made)
	if err != nil {
		return nil, wrapped(err, "read how many were delivered")
	}
	return gen.DeliverDocument200JSONResponse{Count: n}, nil
}

// WithdrawDelivery takes a delivery back.
func (c call) WithdrawDelivery(ctx context.Context, r gen.WithdrawDeliveryRequestObject) (gen.WithdrawDeliveryResponseObject, error) {
	_, err := once(ctx, c, r.Params.IdempotencyKey, fmt.Appendf(nil, "withdraw %q %q", r.Id, r.Body.Reason), func(a portal.Actor) (string, error) {
		return "", c.Portal.Withdraw(ctx, a, store.ID(r.Id), r.Body.Reason)
	})
	if err != nil {
		return nil, wrapped(err, "withdraw a delivery")
	}
	return gen.WithdrawDelivery204Response{}, nil
}

// ListReceipts answers with who has seen a document.
func (c call) ListReceipts(ctx context.Context, r gen.ListReceiptsRequestObject) (gen.ListReceiptsResponseObject, error) {
	p, err := pageOf(r.Params.After, r.Params.Limit)
	if err != nil {
		return nil, err
	}
	list, err := c.Portal.Receipts(ctx, c.actor, store.ID(r.Id), p)
	if err != nil {
		return nil, wrapped(err, "list receipts")
	}
	answer := gen.ListReceipts200JSONResponse{Items: []gen.Receipt{}, Next: some(string(list.Next))}
	for _, one := range list.Items {
		answer.Items = append(answer.Items, gen.Receipt{DeliveryId: string(one.DeliveryID), OfficeId: string(one.OfficeID), AccountId: string(one.AccountID),
			ViewedAt: moment(one.ViewedAt), DownloadedAt: moment(one.DownloadedAt), AcknowledgedAt: moment(one.AcknowledgedAt)})
	}
	return answer, nil
}

// ListReceiptChanges answers with what changed in receipts.
func (c call) ListReceiptChanges(ctx context.Context, r gen.ListReceiptChangesRequestObject) (gen.ListReceiptChangesResponseObject, error) {
	p, err := pageOf(r.Params.After, r.Params.Limit)
	if err != nil {
		return nil, err
	}
	list, err := c.Portal.ReceiptChanges(ctx, c.actor, p)
	if err != nil {
		return nil, wrapped(err, "list the changes of receipts")
	}
	answer := gen.ListReceiptChanges200JSONResponse{Items: []gen.ReceiptChange{}, Next: string(list.Next), More: list.More}
	for _, one := range list.Items {
		answer.Items = append(answer.Items, gen.ReceiptChange{DocumentId: string(one.DocumentID), DeliveryId: string(one.DeliveryID),
			OfficeId: string(one.OfficeID), AccountId: string(one.AccountID), State: gen.ReceiptChangeState(one.State), Readable: one.Readable,
			ViewedAt: moment(one.ViewedAt), DownloadedAt: moment(one.DownloadedAt), AcknowledgedAt: moment(one.AcknowledgedAt)})
	}
	return answer, nil
}

func documentOf(d portal.DeskDocument) gen.Document {
	doc := d.Document
	answer := gen.Document{Id: string(doc.ID), Title: doc.Title, Kind: doc.Kind, CreatedAt: *moment(doc.CreatedAt), Held: len(doc.Origin.MyNumbers) > 0, Deliveries: []gen.Delivery{}}
	for _, one := range d.Deliveries {
		answer.Deliveries = append(answer.Deliveries, gen.Delivery{Id: string(one.ID), OfficeId: string(one.OfficeID), OfficeExternalId: some(one.Office.ExternalID), State: string(one.State),
			DueAt: moment(one.Plan.DueAt), DeliveredAt: moment(one.DeliveredAt), ExpiresAt: moment(one.Plan.ExpiresAt)})
	}
	return answer
}
