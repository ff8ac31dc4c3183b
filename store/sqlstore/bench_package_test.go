package sqlstore

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"cloudpocket/store"
)

// BenchmarkPackages receives packages, sorts them and shows a page of the tray: each package has twenty persons.
func BenchmarkPackages(b *testing.B) {
	s := openTest(b, Config{URL: filepath.Join(b.TempDir(), "records.db")})
	smallFirm(b, s, 0)
	ctx, n := context.Background(), 0
	b.Run("sort", func(b *testing.B) {
		for b.Loop() {
			must(b, receiveAndSort(ctx, s, n))
			n++
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "packages/s")
	})
	b.Run("tray", func(b *testing.B) {
		for b.Loop() {
			must(b, s.View(ctx, "firm", func(tx store.Tx) error {
				l, err := tx.Packages().List(ctx, store.PackageFilter{}, store.Page{})
				if len(l.Items) != store.DefaultPage {
					b.Fatalf("a page of %d", len(l.Items))
				}
				return err
			}))
		}
	})
}

// receiveAndSort is two commits, the lease between them a third, and what the second decides.
func receiveAndSort(ctx context.Context, s *Store, n int) error {
	id := store.ID(fmt.Sprintf("p%09d", n))
	now := benchTime.Add(time.Duration(n) * time.Second)
	p := store.Package{ID: id, DropID: "drop", Name: "a.zip", Digest: store.Digest(id), State: store.PackageReceived, ReceivedAt: now}
	err := s.Update(ctx, "firm", func(tx store.Tx) error {
		if err := tx.Packages().Create(ctx, p); err != nil {
			return err
		}
		return tx.Tasks().Add(ctx, store.Task{ID: id, Kind: store.TaskSort, Subject: string(id), DueAt: now})
	})
	if err != nil {
		return err
	}
	all, err := s.Queue().Lease(ctx, []store.TaskKind{store.TaskSort}, 1, now, now.Add(time.Hour))
	if err != nil || len(all) != 1 {
		return fmt.Errorf("leased %v: %w", all, err)
	}
	p.State, p.Office, p.Origin.ArrivalNumber, p.Origin.Notices = store.PackageReady, "of", string(id), []string{"N7100001"}
	for i := range 20 {
		p.Persons = append(p.Persons, store.Person{Position: i, Notice: "N7100001", Number: "12", Name: "青木 一郎", Kana: "アオキ イチロウ"})
	}
	return s.Update(ctx, "firm", func(tx store.Tx) error {
		if _, err := tx.Packages().Same(ctx, p); store.KindOf(err) != store.NotFound {
			return fmt.Errorf("it was there before: %w", err)
		}
		if err := tx.Packages().Update(ctx, p); err != nil {
			return err
		}
		return tx.Tasks().Done(ctx, store.TaskSort, string(p.ID))
	})
}

// BenchmarkLease takes and gives back one of many tasks that are not due yet, and a few that are.
func BenchmarkLease(b *testing.B) {
	s := openTest(b, Config{URL: filepath.Join(b.TempDir(), "records.db")})
	smallFirm(b, s, 0)
	ctx := context.Background()
	must(b, s.Update(ctx, "firm", func(tx store.Tx) error {
		for i := range 100_000 {
			id := fmt.Sprintf("t%06d", i)
			due := benchTime.Add(time.Duration(i-100) * time.Second)
			if err := tx.Tasks().Add(ctx, store.Task{ID: store.ID(id), Kind: store.TaskRemind, Subject: id, DueAt: due}); err != nil {
				return err
			}
		}
		return nil
	}))
	kinds := []store.TaskKind{store.TaskSort, store.TaskScan, store.TaskRelease, store.TaskExpire, store.TaskRemind, store.TaskMail}
	b.Run("idle", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Queue().Lease(ctx, kinds, 8, benchTime.Add(-time.Hour), benchTime)
			must(b, err)
		}
	})
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			all, err := s.Queue().Lease(ctx, kinds, 1, benchTime, benchTime.Add(time.Hour))
			must(b, err)
			must(b, s.Queue().Fail(ctx, all[0], benchTime, "again"))
		}
	})
}
