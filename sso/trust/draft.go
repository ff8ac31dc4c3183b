package trust

import (
	"context"
	"errors"
	"fmt"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// maxDrafts is how many drafts' connectors are kept between the steps of their tests.
const maxDrafts = 100

// draft is a draft that is being tested, and its connector.
type draft struct {
	revision  int64
	trust     store.OwnedTrust
	connector sso.Connector
}

// Draft returns what a trust is to become and a connector for that, as long as the draft has this revision: what is tested
// is what was saved. It is apart from the trust itself, which may be live meanwhile.
func (r *Registry) Draft(ctx context.Context, protocol store.Protocol, id store.ID, revision int64) (store.OwnedTrust, sso.Connector, error) {
	found, err := r.directory.Draft(ctx, id)
	if err != nil {
		r.forgetDraft(id)
		return store.OwnedTrust{}, nil, fmt.Errorf("read the draft of trust %s: %w", id, err)
	}
	t := store.OwnedTrust{Owner: found.Owner, Trust: found.Trust}
	if found.Revision != revision {
		return t, nil, sso.Refuse("login.draft_changed", sso.KeyStale, "the draft of trust %s has revision %d, tested was %d", id, found.Revision, revision)
	}
	if protocol != "" && t.Protocol != protocol {
		return t, nil, fmt.Errorf("trust %s is to speak %s, not %s: %w", id, t.Protocol, protocol, store.ErrNotFound)
	}
	r.mu.Lock()
	d, ok := r.drafts[id]
	r.mu.Unlock()
	if ok && d.revision == revision && d.trust.Stamp().Of(t.Stamp()) {
		return d.trust, d.connector, nil
	}
	connector, err := r.connect(ctx, t)
	if err != nil {
		return t, nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.drafts) >= maxDrafts {
		clear(r.drafts)
	}
	r.drafts[id] = draft{revision, t, connector}
	return t, connector, nil
}

// forgetDraft closes what was opened of a draft that may not be there any more.
func (r *Registry) forgetDraft(id store.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.drafts, id)
}

// Describe returns the trust to describe us by: as it stands while it is enabled, otherwise as it is to become. The
// identity provider is given our half first, when the trust may have nothing of its own half yet.
func (r *Registry) Describe(ctx context.Context, protocol store.Protocol, id store.ID) (store.OwnedTrust, error) {
	if !id.Valid() {
		return store.OwnedTrust{}, store.ErrNotFound
	}
	t, err := r.directory.Trust(ctx, id)
	if err != nil {
		return t, fmt.Errorf("read trust %s: %w", id, err)
	}
	if t.Protocol != protocol {
		return t, fmt.Errorf("trust %s speaks %s, not %s: %w", id, t.Protocol, protocol, store.ErrNotFound)
	}
	if t.State == store.TrustEnabled {
		return t, nil
	}
	d, err := r.directory.Draft(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return t, nil
	}
	if err != nil {
		return t, fmt.Errorf("read the draft of trust %s: %w", id, err)
	}
	return store.OwnedTrust{Owner: d.Owner, Trust: d.Trust}, nil
}
