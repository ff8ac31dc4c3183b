package scim

import (
	"context"
	"errors"
	"net/http"
)

// call is one request to read or write, from HTTP or out of a bulk.
type call struct {
	Directory
	base    string // the address of the trust's service, without a slash at the end
	kind    Kind
	id      string
	body    Attributes
	match   string // If-Match; empty: whatever version there is
	unmatch string // If-None-Match
	show    projection
	tell    func(call, error) *Error // logs a refusal that is answered within others
}

func (c call) schema() schema { return schemaOf(c.kind) }

// shown answers with a resource.
func (c call) shown(status int, r Resource) answer {
	a := whole(c.base, r)
	return answer{status: status, body: c.show.cut(a), location: c.base + r.Kind.place() + "/" + r.ID, version: tag(r)}
}

func (c call) get(ctx context.Context) (answer, error) {
	r, err := c.Get(ctx, c.kind, c.id)
	if err != nil {
		return answer{}, err
	}
	if c.unmatch != "" && tagged(c.unmatch, r) {
		return answer{status: http.StatusNotModified, version: tag(r)}, nil
	}
	return c.shown(http.StatusOK, r), nil
}

func (c call) create(ctx context.Context) (answer, error) {
	attributes, err := c.whole()
	if err != nil {
		return answer{}, err
	}
	r, err := c.Create(ctx, Resource{Kind: c.kind, Attributes: attributes})
	if err != nil {
		return answer{}, err
	}
	return c.shown(http.StatusCreated, r), nil
}

// whole reads a body that describes a whole resource.
func (c call) whole() (Attributes, error) {
	if err := demandSchema(c.body, c.schema().urn); err != nil {
		return nil, err
	}
	return c.schema().normal(c.body)
}

func (c call) replace(ctx context.Context) (answer, error) {
	attributes, err := c.whole()
	if err != nil {
		return answer{}, err
	}
	r, err := c.Change(ctx, c.kind, c.id, func(r Resource) (Attributes, error) {
		return attributes, c.unchanged(r)
	})
	if err != nil {
		return answer{}, err
	}
	return c.shown(http.StatusOK, r), nil
}

// patch changes a resource. Groups are answered with nothing, unless attributes are asked for: they may be large.
func (c call) patch(ctx context.Context) (answer, error) {
	all, err := operations(c.body)
	if err != nil {
		return answer{}, err
	}
	r, err := c.Change(ctx, c.kind, c.id, func(r Resource) (Attributes, error) {
		if err := c.unchanged(r); err != nil {
			return nil, err
		}
		return c.schema().patch(ctx, r, all)
	})
	if err != nil {
		return answer{}, err
	}
	a := c.shown(http.StatusOK, r)
	if c.kind == KindGroup && len(c.show.only) == 0 {
		a.status, a.body = http.StatusNoContent, nil
	}
	return a, nil
}

func (c call) remove(ctx context.Context) (answer, error) {
	return answer{status: http.StatusNoContent}, c.Remove(ctx, c.kind, c.id, c.unchanged)
}

var errChanged = errors.New("the entity tag does not match")

// unchanged demands the version that the client last saw, if it says which (RFC 7644 3.14).
func (c call) unchanged(r Resource) error {
	if c.match == "" || tagged(c.match, r) {
		return nil
	}
	return &Error{Status: http.StatusPreconditionFailed, Detail: "The resource was changed meanwhile. Read it again.", Err: errChanged}
}
