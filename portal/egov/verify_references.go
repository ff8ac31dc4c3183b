package egov

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"net/url"
	"strings"

	"golang.org/x/text/unicode/norm"

	"cloudpocket/portal/egov/tree"
)

// checkReferences digests all that was signed. All are looked at, so that the verdict can tell which was changed.
func (c *check) checkReferences(ctx context.Context) error {
	files, err := c.resolve()
	if err != nil {
		return err
	}
	var worst error
	body := false
	for i, r := range c.refs {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err := c.checkReference(r, files[i])
		c.verdict.References[i].Good = err == nil
		body = body || r.uri == "#"+bodyID
		worst = worse(worst, err)
	}
	c.verdict.Looked = true
	if worst == nil && !body {
		return doubtful(DoubtShape, "the body is not signed")
	}
	return worst
}

// resolve finds the file of each Reference; nil for the body and for what is not there. Two that mean one file under
// different names are refused: the profile has no use for them, and each would be read again.
func (c *check) resolve() ([]*attachment, error) {
	files := make([]*attachment, len(c.refs))
	by := map[string]string{}
	for i, r := range c.refs {
		if strings.HasPrefix(r.uri, "#") || r.uri == "" {
			continue
		}
		a, ok := c.find(r.uri)
		if decoded, err := url.PathUnescape(r.uri); !ok && err == nil {
			a, ok = c.find(norm.NFC.String(decoded))
		}
		if !ok {
			continue
		}
		if other, twice := by[a.name]; twice {
			return nil, doubtful(DoubtShape, "%q and %q are one file", other, r.uri)
		}
		by[a.name], files[i], c.verdict.References[i].File = r.uri, &a, a.name
	}
	return files, nil
}

// worse returns which of two doubts weighs more: what was changed says more than what cannot be told.
func worse(a, b error) error {
	var doubted, other *doubt
	if a == nil || errors.As(a, &doubted) && doubted.key.Status() != Suspect && errors.As(b, &other) && other.key.Status() == Suspect {
		return b
	}
	return a
}

// checkReference compares a digest with that of what is there.
func (c *check) checkReference(r reference, file *attachment) error {
	sum, err := c.sumOf(r, file)
	if err == nil && !bytes.Equal(sum[:], r.digest) {
		err = doubtful(DoubtDigest, "%q is not what was signed", r.uri)
	}
	return err
}

// sumOf digests what r is over.
func (c *check) sumOf(r reference, file *attachment) (sum [sha256.Size]byte, err error) {
	switch {
	case strings.HasPrefix(r.uri, "#") || r.uri == "":
		return c.bodySum(r)
	case file == nil:
		return sum, doubtful(DoubtMissing, "%q", r.uri)
	case len(r.transforms) == 0:
		return sha256.Sum256(file.data), nil
	case len(r.transforms) > 1 || r.transforms[0] != algorithmC14N && r.transforms[0] != algorithmComments:
		return sum, doubtful(DoubtAlgorithm, "transforms %q of %q", r.transforms, r.uri)
	}
	doc := file.doc
	if doc == nil {
		if doc, err = tree.Parse(file.data, tree.Limits{}); err != nil {
			return sum, doubtful(DoubtDocument, "%q: %v", r.uri, err)
		}
	}
	if err := narrow(doc); err != nil {
		return sum, err
	}
	return canonicalSum(doc, tree.Root, r.transforms[0] == algorithmComments), nil
}

// bodySum digests the canonical form of the body, which must be the one that is read. A reference within the document is
// to a node-set without comments whatever the transform says (XML-Signature 4.4.3.3).
func (c *check) bodySum(r reference) (sum [sha256.Size]byte, err error) {
	if r.uri != "#"+bodyID {
		return sum, doubtful(DoubtShape, "a reference to %q", r.uri)
	}
	for i, t := range r.transforms {
		last := i == len(r.transforms)-1
		if t == algorithmEnvelope && i == 0 || last && (t == algorithmC14N || t == algorithmComments) {
			continue
		}
		return sum, doubtful(DoubtAlgorithm, "transforms %q of the body", r.transforms)
	}
	body, err := c.onlyBody()
	if err != nil {
		return sum, err
	}
	return canonicalSum(c.doc, body, false), nil
}

// onlyBody is the root's one BODY, if it is the one element of the document that anyone could take for DOCBODY.
func (c *check) onlyBody() (tree.Node, error) {
	root := rootOf(c.doc)
	bodies := 0
	for _, n := range elements(root) {
		if localName(n) == "BODY" {
			bodies++
		}
	}
	body := child(root, "BODY")
	if localName(root) != "DOC" || space(root) != "" || bodies != 1 || attribute(body, "ID") != bodyID {
		return tree.None, doubtful(DoubtShape, "the signed element is not the document's body")
	}
	ids := 0
	for n := root.at; n < c.doc.End(root.at); n = c.doc.Follow(n) {
		if c.doc.Kind(n) == tree.Element {
			ids += c.namesBody(n)
		}
	}
	if ids != 1 {
		return tree.None, doubtful(DoubtShape, "%d elements have the body's ID", ids)
	}
	return body.at, nil
}

// namesBody counts n's attributes that any reader might take for an ID of the body.
func (c *check) namesBody(n tree.Node) int {
	count := 0
	first, end := c.doc.Attrs(n)
	for a := first; a < end; a = tree.NextAttr(a) {
		if strings.EqualFold(c.doc.Name(a).Local, "id") && strings.TrimSpace(c.doc.StringValue(a)) == bodyID {
			count++
		}
	}
	return count
}
