package sqlstore

import (
	"context"
	"encoding/json"
	"errors"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type trustDrafts struct{ *tx }

// keptTrust is what drafts and versions keep of a trust; the rest is its row's.
type keptTrust struct {
	Name       string           `json:"name"`
	Label      string           `json:"label"`
	State      store.TrustState `json:"state"`
	JustInTime bool             `json:"just_in_time,omitempty"`
	trustConfig
}

func keptText(t store.Trust) (string, error) {
	b, err := json.Marshal(keptTrust{t.Name, t.Label, t.State, t.JustInTime, trustConfigOf(t)})
	return string(b), err
}

func readKept(text string, id, protocol string, created, version int64) (store.Trust, error) {
	var k keptTrust
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return store.Trust{}, store.Fail(store.Damaged, "", "decode what is kept of trust %s: %w", id, err)
	}
	t := store.Trust{ID: store.ID(id), Name: k.Name, Label: k.Label, Protocol: store.Protocol(protocol), State: k.State,
		JustInTime: k.JustInTime, CreatedAt: moment(created), Version: version}
	k.into(&t)
	return t, nil
}

func draftOf(r records.TrustDraft, protocol string, created int64) (store.TrustDraft, error) {
	t, err := readKept(r.Trust, r.TrustID, protocol, created, r.Version)
	d := store.TrustDraft{Trust: t, Revision: r.Revision, By: store.ID(r.ByID), ByName: r.ByName, At: moment(r.At)}
	return d, errors.Join(err, fault("read the test of trust "+r.TrustID, readText(r.Test, &d.Test)))
}

func (t trustDrafts) Get(ctx context.Context, trust store.ID) (store.TrustDraft, error) {
	row, err := t.q.GetTrustDraft(ctx, records.GetTrustDraftParams{TenantID: t.id(), ID: string(trust)})
	if err != nil {
		return store.TrustDraft{}, fault("get the draft of trust "+string(trust), err)
	}
	return draftOf(row.TrustDraft, row.Protocol, row.CreatedAt)
}

func (t trustDrafts) Save(ctx context.Context, d store.TrustDraft) (int64, error) {
	text, err := keptText(d.Trust)
	if err != nil {
		return 0, fault("encode the draft of trust "+string(d.ID), err)
	}
	revision := int64(0)
	err = t.attempt(ctx, func() error {
		if revision, err = t.q.NextTrustRevision(ctx, records.NextTrustRevisionParams{TenantID: t.id(), ID: string(d.ID)}); err != nil {
			return err
		}
		return t.put(ctx, d, revision, text)
	})
	return revision, fault("save the draft of trust "+string(d.ID), err)
}

// put keeps d as text in place of the draft with its revision, 0 where there is none, as the revision next.
func (t trustDrafts) put(ctx context.Context, d store.TrustDraft, next int64, text string) error {
	if d.Revision == 0 {
		return t.q.CreateTrustDraft(ctx, records.CreateTrustDraftParams{TenantID: t.id(), TrustID: string(d.ID), Revision: next, Trust: text, Version: d.Version,
			ByID: string(d.By), ByName: d.ByName, At: micros(d.At)})
	}
	if _, err := t.Get(ctx, d.ID); err != nil {
		return err
	}
	n, err := t.q.UpdateTrustDraft(ctx, records.UpdateTrustDraftParams{Next: next, Trust: text, Version: d.Version, ByID: string(d.By), ByName: d.ByName,
		At: micros(d.At), TenantID: t.id(), TrustID: string(d.ID), Revision: d.Revision})
	if err == nil && n == 0 {
		err = conflict("it has another revision than %d", d.Revision)
	}
	return err
}

func (t trustDrafts) Tested(ctx context.Context, trust store.ID, test store.TrustTest) error {
	if _, err := t.Get(ctx, trust); err != nil {
		return err
	}
	text, err := json.Marshal(test)
	if err != nil {
		return fault("encode a test of trust "+string(trust), err)
	}
	n, err := t.q.TestTrustDraft(ctx, records.TestTrustDraftParams{Test: string(text), TenantID: t.id(), TrustID: string(trust), Revision: test.Revision})
	if err == nil && n == 0 {
		err = conflict("it has another revision than %d", test.Revision)
	}
	return fault("note a test of trust "+string(trust), err)
}

func (t trustDrafts) Drop(ctx context.Context, trust store.ID) error {
	return fault("drop the draft of trust "+string(trust), t.q.DropTrustDraft(ctx, records.DropTrustDraftParams{TenantID: t.id(), TrustID: string(trust)}))
}

func (t trustDrafts) Keep(ctx context.Context, v store.TrustVersion) error {
	text, err := keptText(v.Trust)
	if err != nil {
		return fault("encode a version of trust "+string(v.ID), err)
	}
	return fault("keep a version of trust "+string(v.ID), t.single(ctx, func() error {
		return t.q.CreateTrustVersion(ctx, records.CreateTrustVersionParams{TenantID: t.id(), TrustID: string(v.ID), Version: v.Trust.Version, Trust: text,
			ByID: string(v.By), ByName: v.ByName, At: micros(v.At), Note: v.Note, Untested: flag(v.Untested)})
	}))
}

func trustVersionOf(r records.TrustVersion, protocol string, created int64) (store.TrustVersion, error) {
	t, err := readKept(r.Trust, r.TrustID, protocol, created, r.Version)
	return store.TrustVersion{Trust: t, By: store.ID(r.ByID), ByName: r.ByName, At: moment(r.At), Note: r.Note, Untested: r.Untested == 1}, err
}

func (t trustDrafts) Version(ctx context.Context, trust store.ID, version int64) (store.TrustVersion, error) {
	row, err := t.q.GetTrustVersion(ctx, records.GetTrustVersionParams{TenantID: t.id(), ID: string(trust), Version: version})
	if err != nil {
		return store.TrustVersion{}, fault("get a version of trust "+string(trust), err)
	}
	return trustVersionOf(row.TrustVersion, row.Protocol, row.CreatedAt)
}

func (t trustDrafts) Versions(ctx context.Context, trust store.ID, p store.Page) (store.List[store.TrustVersion], error) {
	arg := records.ListTrustVersionsParams{TenantID: t.id(), ID: string(trust), Before: latest, Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listTrustVersions, &arg.Before); err != nil {
		return store.List[store.TrustVersion]{}, err
	}
	rows, err := t.q.ListTrustVersions(ctx, arg)
	if err != nil {
		return store.List[store.TrustVersion]{}, fault("list the versions of trust "+string(trust), err)
	}
	page := cut(rows, p.Size(), func(r records.ListTrustVersionsRow) store.Cursor {
		return cursorOf(listTrustVersions, r.TrustVersion.Version)
	})
	list := store.List[store.TrustVersion]{Items: make([]store.TrustVersion, len(page.Items)), Next: page.Next}
	for i, r := range page.Items {
		if list.Items[i], err = trustVersionOf(r.TrustVersion, r.Protocol, r.CreatedAt); err != nil {
			return list, err
		}
	}
	return list, nil
}
