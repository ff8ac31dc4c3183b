package egov

import (
	"context"
	"crypto/x509"
	"time"

	"cloudpocket/portal/egov/tree"
)

// Verify checks a cover by itself, with attachments by their URIs: what tests forge need not be a package any more.
func Verify(cover []byte, parts func(uri string) ([]byte, bool), roots *x509.CertPool, now time.Time) Verdict {
	doc, err := tree.Parse(cover, tree.Limits{})
	if err != nil {
		return Verdict{Status: Unproven, Doubt: DoubtDocument, Detail: err.Error(), At: now.UTC()}
	}
	c := &check{doc: doc, find: func(uri string) (attachment, bool) {
		data, ok := parts(uri)
		return attachment{name: uri, data: data}, ok
	}}
	if err := c.run(context.Background(), roots, now); err != nil {
		return Verdict{Detail: err.Error()}
	}
	return c.verdict
}
