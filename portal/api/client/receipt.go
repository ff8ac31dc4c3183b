package client

import (
	"context"
	"iter"

	"cloudpocket/portal/api/gen"
)

// Change is a receipt that changed. Next is where to go on once this one was dealt with: it is to be kept together with what came
// of it. Going on from there may bring again what came before in the same page, and leaves nothing out.
type Change struct {
	gen.ReceiptChange
	Next string
}

// Changes are the receipts that changed since the cursor, "" for all there are, the longest ago first, as far as they are known
// now. Whoever asks again with the last Next gets what changed meanwhile. The first error ends them.
func (c *Client) Changes(ctx context.Context, after string) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for more := true; more; {
			var p gen.ReceiptChangePage
			if _, err := c.call(ctx, listed("/receipts", after), &p); err != nil {
				yield(Change{}, err)
				return
			}
			for i, one := range p.Items {
				next := after
				if i == len(p.Items)-1 {
					next = p.Next
				}
				if !yield(Change{one, next}, nil) {
					return
				}
			}
			after, more = p.Next, p.More
		}
	}
}
