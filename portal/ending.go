package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloudpocket/store"
)

const (
	// endingsAtOnce is how many ended sessions are recorded in one transaction.
	endingsAtOnce = 200
	// recordTime bounds how long recording them may take once whoever asked has gone.
	recordTime = 30 * time.Second
)

// end ends the sessions that sel selects, then records each one that it ended, in its own tenant, with the event that
// event makes of it, and returns how many ended.
//
// The order is on purpose. Ending comes first, because it matters more: a session must not stand because it could not be
// written down that it ends. And only then is it known which ones ended: those that somebody else ended in between are
// that one's to record. So the audit never says more than what happened. It says less when the records are away just
// then, or the process ends between the two; the first is an error, and in the log with the sessions' IDs.
func (p *Portal) end(ctx context.Context, sel store.SessionSelector, event func(store.Session) store.AuditEvent) (int, error) {
	ended, err := p.Sessions.End(ctx, sel)
	if err != nil {
		err = fmt.Errorf("end sessions, %d of which ended: %w", len(ended), err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	return len(ended), errors.Join(err, p.recordEnded(ctx, ended, event))
}

func (p *Portal) recordEnded(ctx context.Context, ended []store.Session, event func(store.Session) store.AuditEvent) (failed error) {
	of := map[store.ID][]store.Session{}
	for _, s := range ended {
		of[s.TenantID] = append(of[s.TenantID], s)
	}
	for tenant, sessions := range of {
		for some := range slices.Chunk(sessions, endingsAtOnce) {
			if err := p.recordSome(ctx, tenant, some, event); err != nil {
				p.Log.ErrorContext(ctx, "sessions ended and were not recorded", "tenant", tenant, "sessions", idsOf(some), "cause", err)
				failed = errors.Join(failed, fmt.Errorf("record that %d sessions ended: %w", len(some), err))
			}
		}
	}
	return failed
}

func (p *Portal) recordSome(ctx context.Context, tenant store.ID, some []store.Session, event func(store.Session) store.AuditEvent) error {
	return p.Records.Update(ctx, tenant, func(tx store.Tx) error {
		for _, s := range some {
			if err := tx.Audit().Append(ctx, event(s)); err != nil {
				return err
			}
		}
		return nil
	})
}

func idsOf(sessions []store.Session) (ids []store.ID) {
	for _, s := range sessions {
		ids = append(ids, s.ID)
	}
	return ids
}

func sessionRecord(s store.Session) string { return "session:" + string(s.ID) }
