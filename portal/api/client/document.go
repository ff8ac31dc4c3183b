package client

import (
	"context"
	"crypto/rand"
	"iter"
	"net/http"
	"net/url"

	"cloudpocket/portal/api/gen"
)

// Document is a document to publish.
type Document struct {
	Title, Kind, Note string
	Acknowledge       bool     // its receipt has to be confirmed
	Deliver           bool     // as soon as nothing is in the way; otherwise its deliveries are drafts
	Offices           []string // as the parent product calls them
	Files             []File

	Key string // the Idempotency-Key; empty: one is made up, which is good within this call
}

// Publish publishes a document.
func (c *Client) Publish(ctx context.Context, d Document) (out gen.Document, err error) {
	fields := []field{{"title", d.Title}, {"kind", d.Kind}, {"note", d.Note}, {"acknowledge", truth(d.Acknowledge)}, {"deliver", truth(d.Deliver)}}
	for _, o := range d.Offices {
		fields = append(fields, field{"office", o})
	}
	_, err = c.call(ctx, keyed("/documents", d.Key).asForm(fields, d.Files), &out)
	return out, err
}

func truth(v bool) string {
	if v {
		return "true"
	}
	return "false"
}

// Document returns a document and its deliveries.
func (c *Client) Document(ctx context.Context, id string) (out gen.Document, err error) {
	_, err = c.call(ctx, request{method: http.MethodGet, path: "/documents/" + escaped(id)}, &out)
	return out, err
}

// Deliver delivers every draft of a document, and returns how many there were. key is as Document.Key.
func (c *Client) Deliver(ctx context.Context, document, key string) (int, error) {
	var out gen.Delivered
	_, err := c.call(ctx, keyed("/documents/"+escaped(document)+"/deliver", key), &out)
	return out.Count, err
}

// Withdraw takes a delivery back at once. key is as Document.Key.
func (c *Client) Withdraw(ctx context.Context, delivery, reason, key string) error {
	r, err := keyed("/deliveries/"+escaped(delivery)+"/withdraw", key).asJSON(gen.Withdrawal{Reason: reason})
	if err != nil {
		return err
	}
	_, err = c.call(ctx, r, nil)
	return err
}

// Receipts are who has seen a document, by office and person. The first error ends them.
func (c *Client) Receipts(ctx context.Context, document string) iter.Seq2[gen.Receipt, error] {
	return pages(func(after string) ([]gen.Receipt, *string, error) {
		var p gen.ReceiptPage
		_, err := c.call(ctx, listed("/documents/"+escaped(document)+"/receipts", after), &p)
		return p.Items, p.Next, err
	})
}

// keyed is a POST under an Idempotency-Key.
func keyed(path, key string) request {
	if key == "" {
		key = rand.Text()
	}
	return request{method: http.MethodPost, path: path, query: url.Values{}, header: map[string]string{"Idempotency-Key": key}}
}
