package trust

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Opener makes the connector of one trust. A trust that cannot be used as it is configured is an error of kind Invalid.
type Opener func(ctx context.Context, t store.OwnedTrust) (sso.Connector, error)

// Registry finds trusts by ID and hands out their connectors. It is safe for concurrent use.
type Registry struct {
	directory store.TrustDirectory
	openers   map[store.Protocol]Opener

	mu     sync.Mutex
	open   map[store.ID]opened
	drafts map[store.ID]draft
	ways   map[store.ID]way
}

type opened struct {
	trust     store.OwnedTrust
	connector sso.Connector
}

// NewRegistry returns a registry over directory that opens trusts with openers.
func NewRegistry(directory store.TrustDirectory, openers map[store.Protocol]Opener) *Registry {
	return &Registry{directory: directory, openers: openers, open: map[store.ID]opened{}, drafts: map[store.ID]draft{}}
}

// Find returns a trust as it is now, enabled or not, and its connector; ErrNotFound when there is none of that
// protocol. An empty protocol means any. One that cannot be opened comes with the error.
func (r *Registry) Find(ctx context.Context, protocol store.Protocol, id store.ID) (store.OwnedTrust, sso.Connector, error) {
	if !id.Valid() {
		return store.OwnedTrust{}, nil, store.ErrNotFound
	}
	stamp, err := r.directory.TrustStamp(ctx, id)
	if err != nil {
		if errors.Is(err, store.ErrNotFound) {
			r.forget(id)
		}
		return store.OwnedTrust{}, nil, fmt.Errorf("find trust %s: %w", id, err)
	}
	o, ok := r.cached(id)
	if !ok || !o.trust.Stamp().Equal(stamp) {
		if o, err = r.reopen(ctx, id); err != nil {
			return o.trust, nil, err
		}
	}
	if protocol != "" && o.trust.Protocol != protocol {
		return store.OwnedTrust{}, nil, fmt.Errorf("trust %s speaks %s, not %s: %w", id, o.trust.Protocol, protocol, store.ErrNotFound)
	}
	return o.trust, o.connector, nil
}

func (r *Registry) cached(id store.ID) (opened, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o, ok := r.open[id]
	return o, ok
}

// forget closes a trust that is not there any more.
func (r *Registry) forget(id store.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, id)
	delete(r.drafts, id)
}

func (r *Registry) reopen(ctx context.Context, id store.ID) (opened, error) {
	t, err := r.directory.Trust(ctx, id)
	if err != nil {
		return opened{}, fmt.Errorf("read trust %s: %w", id, err)
	}
	connector, err := r.connect(ctx, t)
	if err != nil {
		return opened{trust: t}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if o, ok := r.open[id]; ok && o.trust.Stamp().Of(t.Stamp()) && o.trust.Version > t.Version {
		return o, nil // another request read a newer one meanwhile
	}
	o := opened{t, connector}
	r.open[id] = o
	return o, nil
}

// connect makes the connector of t.
func (r *Registry) connect(ctx context.Context, t store.OwnedTrust) (sso.Connector, error) {
	open, ok := r.openers[t.Protocol]
	if !ok {
		return nil, store.Fail(store.Invalid, "error.trust_protocol", "trust %s speaks %q", t.ID, t.Protocol)
	}
	connector, err := open(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("open trust %s: %w", t.ID, err)
	}
	return connector, nil
}
