package sqlstore

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/fold"
	"cloudpocket/store/sqlstore/gen/records"
)

// systemEvents reaches a table that is not a tenant's.
type systemEvents struct{ s *Store }

// SystemEvents reaches the warnings and errors of the service.
func (s *Store) SystemEvents() store.SystemEvents { return systemEvents{s} }

func (t systemEvents) Keep(ctx context.Context, events []store.SystemEvent) error {
	if err := t.s.open(); err != nil {
		return err
	}
	return t.s.back.write(ctx, func(on *dbtx) error {
		q := records.New(on)
		for _, e := range events {
			row, err := systemEventRow(e)
			if err == nil {
				err = q.KeepSystemEvent(ctx, row)
			}
			if err != nil {
				return fault("keep a system event", err)
			}
		}
		return nil
	})
}

func systemEventRow(e store.SystemEvent) (records.KeepSystemEventParams, error) {
	attributes := make(map[string]string, len(e.Attributes))
	texts := []string{plain(e.Message)}
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		value := plain(e.Attributes[name])
		attributes[plain(name)] = value
		texts = append(texts, value)
	}
	b, err := json.Marshal(attributes)
	return records.KeepSystemEventParams{
		ID: string(e.ID), At: micros(e.At), LastAt: micros(e.LastAt), Count: e.Count, Level: string(e.Level), Message: plain(e.Message),
		Attributes: string(b), TenantID: plain(string(e.TenantID)), Instance: plain(e.Instance), Folded: fold.Text(strings.Join(texts, "\n")),
	}, err
}

func (t systemEvents) Get(ctx context.Context, id store.ID) (store.SystemEvent, error) {
	if err := t.s.open(); err != nil {
		return store.SystemEvent{}, err
	}
	row, err := t.s.alone().GetSystemEvent(ctx, plain(string(id)))
	if err != nil {
		return store.SystemEvent{}, fault("get a system event", err)
	}
	return systemEventOf(row)
}

func (t systemEvents) List(ctx context.Context, f store.SystemEventFilter, p store.Page) (list store.List[store.SystemEvent], err error) {
	if err := t.s.open(); err != nil {
		return list, err
	}
	from, before, id := int64(math.MinInt64), int64(latest), ""
	if err := readCursor(p.After, listSystemEvents, &before, &id); err != nil {
		return list, err
	}
	if !f.From.IsZero() {
		from = f.From.UnixMicro()
	}
	if to := f.To.UnixMicro(); !f.To.IsZero() && to <= before {
		before, id = to, ""
	}
	f.TenantID = store.ID(plain(string(f.TenantID)))
	rows, err := t.rows(ctx, f, records.ListSystemEventsParams{
		FromAt: from, BeforeAt: before, BeforeID: id, Level: plain(string(f.Level)), Text: fold.Text(plain(f.Text)), Size: int64(p.Size() + 1),
	})
	if err != nil {
		return list, fault("list system events", err)
	}
	events := cut(rows, p.Size(), func(r records.SystemEvent) store.Cursor { return cursorOf(listSystemEvents, r.At, r.ID) })
	list.Next, list.Items = events.Next, make([]store.SystemEvent, len(events.Items))
	for i, r := range events.Items {
		if list.Items[i], err = systemEventOf(r); err != nil {
			return store.List[store.SystemEvent]{}, err
		}
	}
	return list, nil
}

func (t systemEvents) rows(ctx context.Context, f store.SystemEventFilter, p records.ListSystemEventsParams) ([]records.SystemEvent, error) {
	if f.TenantID == "" {
		return t.s.alone().ListSystemEvents(ctx, p)
	}
	return t.s.alone().ListSystemEventsOfTenant(ctx, records.ListSystemEventsOfTenantParams{
		TenantID: string(f.TenantID), FromAt: p.FromAt, BeforeAt: p.BeforeAt, BeforeID: p.BeforeID, Level: p.Level, Text: p.Text, Size: p.Size,
	})
}

func (t systemEvents) Prune(ctx context.Context, before time.Time, most int) (int, error) {
	if err := t.s.open(); err != nil {
		return 0, err
	}
	var n int64
	err := t.s.back.write(ctx, func(on *dbtx) (err error) {
		n, err = records.New(on).PruneSystemEvents(ctx, records.PruneSystemEventsParams{BeforeAt: micros(before), Size: int64(most)})
		return fault("prune system events", err)
	})
	return int(n), err
}

func systemEventOf(r records.SystemEvent) (store.SystemEvent, error) {
	e := store.SystemEvent{
		ID: store.ID(r.ID), At: moment(r.At), LastAt: moment(r.LastAt), Count: r.Count, Level: store.EventLevel(r.Level), Message: r.Message,
		TenantID: store.ID(r.TenantID), Instance: r.Instance,
	}
	return e, fault("read a system event", json.Unmarshal([]byte(r.Attributes), &e.Attributes))
}
