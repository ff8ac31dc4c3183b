package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"cloudpocket/store"
)

// What is done to the chain behind its back is found, wherever it is done.
func TestAuditTamperingIsFound(t *testing.T) {
	for _, row := range []struct{ name, statement string }{
		{"altered name", "UPDATE audit_events SET name = 'x' WHERE seq = 3"},
		{"altered outcome", "UPDATE audit_events SET outcome = 'allowed' WHERE seq = 5"},
		{"altered time", "UPDATE audit_events SET at = at + 1 WHERE seq = 1"},
		{"altered detail", `UPDATE audit_events SET detail = '{"k":"w"}' WHERE seq = 2`},
		{"detail that is no JSON", `UPDATE audit_events SET detail = '{' WHERE seq = 2`},
		{"altered hash", "UPDATE audit_events SET hash = prev WHERE seq = 4"},
		{"hash that is none", "UPDATE audit_events SET hash = 'x' WHERE seq = 4"},
		{"deleted first", "DELETE FROM audit_events WHERE seq = 1"},
		{"deleted in the middle", "DELETE FROM audit_events WHERE seq = 3"},
		{"deleted last", "DELETE FROM audit_events WHERE seq = 5"},
		{"deleted and renumbered", "DELETE FROM audit_events WHERE seq = 3; UPDATE audit_events SET seq = 3 WHERE seq = 4; UPDATE audit_events SET seq = 4 WHERE seq = 5"},
		{"deleted last and moved the head", "DELETE FROM audit_events WHERE seq = 5; UPDATE audit_heads SET seq = 4"},
		{"swapped", "UPDATE audit_events SET seq = 99 WHERE seq = 2; UPDATE audit_events SET seq = 2 WHERE seq = 3; UPDATE audit_events SET seq = 3 WHERE seq = 99"},
		{"moved to another tenant", "UPDATE audit_events SET tenant_id = 'other'; UPDATE audit_heads SET seq = 0, hash = '" + store.Hash{}.String() + "' WHERE tenant_id = 'firm'; UPDATE audit_heads SET (seq, hash) = (SELECT seq, hash FROM audit_events WHERE seq = 5) WHERE tenant_id = 'other'"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, ctx := openTest(t, Config{URL: filepath.Join(t.TempDir(), "records.db")}), t.Context()
			smallFirm(t, s, 0)
			must(t, s.Tenants().Create(ctx, store.Tenant{ID: "other", State: store.TenantActive}))
			must(t, s.Update(ctx, "firm", func(tx store.Tx) error { return appendEvents(ctx, tx, 5) }))
			must(t, errors.Join(verify(ctx, s, "firm"), verify(ctx, s, "other")))
			_, err := s.back.(*lite).writes.ExecContext(ctx, row.statement)
			must(t, err)
			if err := errors.Join(verify(ctx, s, "firm"), verify(ctx, s, "other")); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("it was not found: %v", err)
			}
		})
	}
}

func appendEvents(ctx context.Context, tx store.Tx, n int) error {
	for i := range n {
		err := tx.Audit().Append(ctx, store.AuditEvent{
			At: benchTime, Deed: store.DeedView, Outcome: store.Refused, Name: fmt.Sprint("name ", i), Detail: map[string]string{"k": "v"},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func verify(ctx context.Context, s *Store, tenant store.ID) error {
	return s.View(ctx, tenant, func(tx store.Tx) error {
		head, err := tx.Audit().Head(ctx)
		if err == nil {
			_, err = store.VerifyAudit(tenant, tx.Audit().All(ctx), head)
		}
		return err
	})
}
