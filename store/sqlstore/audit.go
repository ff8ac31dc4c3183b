package sqlstore

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type auditLog struct{ *tx }

func (t auditLog) Append(ctx context.Context, e store.AuditEvent) error {
	head, err := t.Head(ctx)
	if err != nil {
		return err
	}
	e, head = head.Link(t.tenant, keepable(e))
	row, err := auditRow(t.tenant, e)
	if err != nil {
		return fault("encode audit event", err)
	}
	if err := t.q.AppendAuditEvent(ctx, row); err != nil {
		return fault("append audit event", err)
	}
	return fault("move the end of the audit chain", t.q.SetAuditHead(ctx, records.SetAuditHeadParams{
		Seq: head.Seq, Hash: head.Hash.String(), TenantID: t.id(),
	}))
}

// keepable returns e with every text as it will be read back: an event carries what strangers sent, and one that came
// back changed would look altered.
func keepable(e store.AuditEvent) store.AuditEvent {
	e.Name, e.Record, e.Address, e.RequestID = plain(e.Name), plain(e.Record), plain(e.Address), plain(e.RequestID)
	e.AccountID, e.TrustID = store.ID(plain(string(e.AccountID))), store.ID(plain(string(e.TrustID)))
	detail := make(map[string]string, len(e.Detail))
	for k, v := range e.Detail {
		detail[plain(k)] = plain(v)
	}
	e.Detail = detail
	return e
}

func (t auditLog) Head(ctx context.Context) (store.AuditHead, error) {
	row, err := t.q.GetAuditHead(ctx, t.id())
	if err != nil {
		return store.AuditHead{}, fault("read the end of the audit chain", err)
	}
	hash, err := hashOf(row.Hash)
	return store.AuditHead{Seq: row.Seq, Hash: hash}, err
}

func (t auditLog) List(ctx context.Context, f store.AuditFilter, p store.Page) (store.List[store.AuditEvent], error) {
	from, before, seq := int64(math.MinInt64), int64(latest), int64(0)
	if err := readCursor(p.After, listAudit, &before, &seq); err != nil {
		return store.List[store.AuditEvent]{}, err
	}
	if !f.From.IsZero() {
		from = f.From.UnixMicro()
	}
	if to := f.To.UnixMicro(); !f.To.IsZero() && to <= before {
		before, seq = to, 0
	}
	rows, err := t.rows(ctx, f, records.ListAuditEventsParams{
		TenantID: t.id(), FromAt: from, BeforeAt: before, BeforeSeq: seq, Size: int64(p.Size() + 1),
	})
	if err != nil {
		return store.List[store.AuditEvent]{}, fault("list audit events", err)
	}
	events := cut(rows, p.Size(), func(r records.AuditEvent) store.Cursor { return cursorOf(listAudit, r.At, r.Seq) })
	list := store.List[store.AuditEvent]{Items: make([]store.AuditEvent, len(events.Items)), Next: events.Next}
	for i, r := range events.Items {
		if list.Items[i], err = auditEventOf(r); err != nil {
			return store.List[store.AuditEvent]{}, err
		}
	}
	return list, nil
}

// rows takes the range of the index that narrows most; the rest of the filter is looked at row by row.
func (t auditLog) rows(ctx context.Context, f store.AuditFilter, p records.ListAuditEventsParams) ([]records.AuditEvent, error) {
	// What somebody typed may be no text that the databases know: nothing is kept of it either.
	f.Record, f.Address = plain(f.Record), plain(f.Address)
	deed, account := plain(string(f.Deed)), plain(string(f.AccountID))
	p.Outcome, p.Address = plain(string(f.Outcome)), f.Address
	switch {
	case f.Record != "":
		return t.q.ListAuditEventsByRecord(ctx, records.ListAuditEventsByRecordParams{
			TenantID: p.TenantID, Record: f.Record, FromAt: p.FromAt, BeforeAt: p.BeforeAt, BeforeSeq: p.BeforeSeq,
			Deed: deed, AccountID: account, Outcome: p.Outcome, Address: p.Address, Size: p.Size,
		})
	case account != "":
		return t.q.ListAuditEventsByAccount(ctx, records.ListAuditEventsByAccountParams{
			TenantID: p.TenantID, AccountID: account, FromAt: p.FromAt, BeforeAt: p.BeforeAt, BeforeSeq: p.BeforeSeq,
			Deed: deed, Outcome: p.Outcome, Address: p.Address, Size: p.Size,
		})
	case f.Address != "":
		return t.q.ListAuditEventsByAddress(ctx, records.ListAuditEventsByAddressParams{
			TenantID: p.TenantID, Address: f.Address, FromAt: p.FromAt, BeforeAt: p.BeforeAt, BeforeSeq: p.BeforeSeq,
			Deed: deed, Outcome: p.Outcome, Size: p.Size,
		})
	case f.Outcome == store.Refused:
		return t.q.ListRefusedAuditEvents(ctx, records.ListRefusedAuditEventsParams{
			TenantID: p.TenantID, FromAt: p.FromAt, BeforeAt: p.BeforeAt, BeforeSeq: p.BeforeSeq, Deed: deed, Size: p.Size,
		})
	case deed != "":
		return t.q.ListAuditEventsByDeed(ctx, records.ListAuditEventsByDeedParams{
			TenantID: p.TenantID, Deed: deed, FromAt: p.FromAt, BeforeAt: p.BeforeAt, BeforeSeq: p.BeforeSeq,
			Outcome: p.Outcome, Address: p.Address, Size: p.Size,
		})
	}
	return t.q.ListAuditEvents(ctx, p)
}

// Get returns one event, or ErrNotFound.
func (t auditLog) Get(ctx context.Context, seq int64) (store.AuditEvent, error) {
	row, err := t.q.GetAuditEvent(ctx, records.GetAuditEventParams{TenantID: t.id(), Seq: seq})
	if err != nil {
		return store.AuditEvent{}, fault("get an audit event", err)
	}
	return auditEventOf(row)
}

// walkSize is how many events are read at a time.
const walkSize = 500

func (t auditLog) All(ctx context.Context) iter.Seq2[store.AuditEvent, error] {
	return t.After(ctx, 0)
}

func (t auditLog) After(ctx context.Context, seq int64) iter.Seq2[store.AuditEvent, error] {
	return func(yield func(store.AuditEvent, error) bool) {
		for after := seq; ; {
			rows, err := t.q.WalkAuditEvents(ctx, records.WalkAuditEventsParams{TenantID: t.id(), AfterSeq: after, Size: walkSize})
			if err != nil {
				yield(store.AuditEvent{}, fault("walk audit events", err))
				return
			}
			for _, r := range rows {
				e, err := auditEventOf(r)
				if !yield(e, err) || err != nil {
					return
				}
				after = r.Seq
			}
			if len(rows) < walkSize {
				return
			}
		}
	}
}

func auditRow(tenant store.ID, e store.AuditEvent) (records.AppendAuditEventParams, error) {
	detail, err := json.Marshal(e.Detail)
	return records.AppendAuditEventParams{
		TenantID: string(tenant), Seq: e.Seq, At: e.At.UnixMicro(), Deed: string(e.Deed), Outcome: string(e.Outcome),
		AccountID: string(e.AccountID), Name: e.Name, TrustID: string(e.TrustID), Record: e.Record, Address: e.Address,
		RequestID: e.RequestID, Detail: string(detail), Prev: e.Prev.String(), Hash: e.Hash.String(),
	}, err
}

func auditEventOf(r records.AuditEvent) (store.AuditEvent, error) {
	e := store.AuditEvent{
		Seq: r.Seq, At: time.UnixMicro(r.At).UTC(), Deed: store.Deed(r.Deed), Outcome: store.Outcome(r.Outcome),
		AccountID: store.ID(r.AccountID), Name: r.Name, TrustID: store.ID(r.TrustID), Record: r.Record,
		Address: r.Address, RequestID: r.RequestID,
	}
	var err error
	if e.Prev, err = hashOf(r.Prev); err != nil {
		return e, broken(r.Seq, err)
	}
	if e.Hash, err = hashOf(r.Hash); err != nil {
		return e, broken(r.Seq, err)
	}
	if r.Detail == "{}" {
		return e, nil
	}
	if err := json.Unmarshal([]byte(r.Detail), &e.Detail); err != nil {
		return e, broken(r.Seq, err)
	}
	return e, nil
}

func broken(seq int64, err error) error {
	return store.Fail(store.Damaged, "error.audit_broken", "read audit event %d: %w", seq, err).With("Seq", seq)
}

func hashOf(s string) (store.Hash, error) {
	var h store.Hash
	if len(s) != hex.EncodedLen(len(h)) {
		return h, store.Fail(store.Damaged, "error.audit_broken", "a hash of %d characters", len(s))
	}
	if _, err := hex.Decode(h[:], []byte(s)); err != nil {
		return h, store.Fail(store.Damaged, "error.audit_broken", "decode a hash: %w", fmt.Errorf("%q: %w", s, err))
	}
	return h, nil
}
