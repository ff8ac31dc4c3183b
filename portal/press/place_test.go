package press

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"cloudpocket/store"
)

// TestPlaces has one tenant ask for many PDFs at a time: another gets its place at once.
func TestPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces(2)
		short := func(tenant store.ID) (func(), error) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			return p.enter(ctx, tenant)
		}
		first, err := short("a")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := short("a"); store.KindOf(err) != store.Unavailable {
			t.Errorf("a second PDF of a tenant: %v", err)
		}
		second, err := short("b")
		if err != nil {
			t.Fatalf("another tenant: %v", err)
		}
		if _, err := short("c"); store.KindOf(err) != store.Unavailable {
			t.Errorf("a third PDF: %v", err)
		}
		first()
		second()
		again, err := short("a")
		if err != nil {
			t.Fatalf("after the others: %v", err)
		}
		again()
		if len(p.tenants) != 0 || len(p.all) != 0 {
			t.Errorf("%d tenants, %d places are held", len(p.tenants), len(p.all))
		}
	})
}

// TestQueue refuses at once what waits behind too many of its tenant.
func TestQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces(2)
		ctx, cancel := context.WithCancel(t.Context())
		for range 1 + maxWaiting {
			go func() {
				if leave, err := p.enter(ctx, "a"); err == nil {
					<-ctx.Done()
					leave()
				}
			}()
		}
		synctest.Wait()
		if _, err := p.enter(ctx, "a"); store.KindOf(err) != store.Unavailable || ctx.Err() != nil {
			t.Errorf("%v", err)
		}
		cancel()
	})
}
