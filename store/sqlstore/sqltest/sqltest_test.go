package sqltest_test

import (
	"path/filepath"
	"testing"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
	"cloudpocket/store/sqlstore/sqltest"
)

// TestNew opens two copies without migrating: what one keeps the other has not.
func TestNew(t *testing.T) {
	var ids []store.ID
	for _, id := range []store.ID{"a", "b"} {
		s, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: sqltest.New(t, filepath.Join(t.TempDir(), "records.db"))})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		if err := s.Tenants().Create(t.Context(), store.Tenant{ID: id, Name: "事務所", State: store.TenantActive}); err != nil {
			t.Fatal(err)
		}
		all, err := s.Tenants().List(t.Context(), store.Page{})
		if err != nil || len(all.Items) != 1 {
			t.Fatalf("%d tenants, %v", len(all.Items), err)
		}
		ids = append(ids, all.Items[0].ID)
	}
	if ids[0] != "a" || ids[1] != "b" {
		t.Errorf("the tenants are %q", ids)
	}
}
