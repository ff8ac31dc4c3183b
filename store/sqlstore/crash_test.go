package sqlstore

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cloudpocket/store"
)

const (
	crashVariable = "CLOUDPOCKET_SQLSTORE_CRASH" // set in the process that is to be killed: which database
	crashWriters  = 100
	crashRounds   = 4
)

// TestCrash kills a process that is in the middle of a hundred Updates, several times over. Every Update that was
// acknowledged is there afterwards, none is there by half, and the audit chain holds.
func TestCrash(t *testing.T) {
	if path := os.Getenv(crashVariable); path != "" {
		writeUntilKilled(t, path)
		return
	}
	c := Config{URL: filepath.Join(t.TempDir(), "records.db")}
	smallFirm(t, openTest(t, c), 0)
	acknowledged := map[store.ID]bool{}
	for round := range crashRounds {
		for _, id := range killed(t, c.URL, 1+rand.N(400)) {
			acknowledged[id] = true
		}
		t.Logf("round %d: %d acknowledged", round, len(acknowledged))
		afterCrash(t, c, acknowledged)
	}
}

// writeUntilKilled prints a line for each Update that was acknowledged.
func writeUntilKilled(t *testing.T, path string) {
	s := openTest(t, Config{URL: path})
	ctx, failed := t.Context(), make(chan error)
	for range crashWriters {
		go func() {
			for {
				id := store.NewID(time.Now())
				if err := s.Update(ctx, "firm", func(tx store.Tx) error { return addCompany(ctx, tx, id) }); err != nil {
					failed <- err
				}
				fmt.Printf("kept %s\n", id)
			}
		}()
	}
	t.Fatal(<-failed)
}

// addCompany writes three things that belong together.
func addCompany(ctx context.Context, tx store.Tx, id store.ID) error {
	if err := tx.Companies().Create(ctx, store.Company{ID: id}); err != nil {
		return err
	}
	if err := tx.Offices().Create(ctx, store.Office{ID: id, CompanyID: id}); err != nil {
		return err
	}
	return tx.Audit().Append(ctx, store.AuditEvent{At: benchTime, Deed: store.DeedCompany, Record: string(id)})
}

// killed starts the writers in a process of their own, ends it with SIGKILL when it has acknowledged so many, and
// returns all that it acknowledged.
func killed(t *testing.T, path string, after int) (ids []store.ID) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrash$")
	cmd.Env = append(os.Environ(), crashVariable+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var id store.ID
		if _, err := fmt.Sscanf(lines.Text(), "kept %s", &id); err != nil || len(id) != 26 {
			continue // cut off by the kill
		}
		if ids = append(ids, id); len(ids) == after {
			must(t, cmd.Process.Kill())
		}
	}
	cmd.Wait()
	if len(ids) < after {
		t.Fatalf("the process ended by itself after %d of %d: %v", len(ids), after, cmd.ProcessState)
	}
	return ids
}

func afterCrash(t *testing.T, c Config, acknowledged map[store.ID]bool) {
	t.Helper()
	s, ctx := openTest(t, c), t.Context()
	must(t, s.Ping(ctx))
	must(t, s.View(ctx, "firm", func(tx store.Tx) error {
		for id := range acknowledged {
			if _, err := tx.Companies().Get(ctx, id); err != nil {
				t.Errorf("%s was acknowledged: %v", id, err)
			}
		}
		head, err := tx.Audit().Head(ctx)
		must(t, err)
		events := map[store.ID]bool{}
		for e, err := range tx.Audit().All(ctx) {
			must(t, err)
			events[store.ID(e.Record)] = true
			if _, err := tx.Offices().Get(ctx, store.ID(e.Record)); err != nil {
				t.Errorf("event %d stands without its office: %v", e.Seq, err)
			}
		}
		_, err = store.VerifyAudit("firm", tx.Audit().All(ctx), head)
		must(t, err)
		for p := (store.Page{Limit: store.MaxPage}); ; {
			l, err := tx.Companies().List(ctx, p)
			must(t, err)
			for _, n := range l.Items {
				if n.ID != "co" && !events[n.ID] {
					t.Errorf("company %s stands without its event", n.ID)
				}
			}
			if p.After = l.Next; l.Next == "" {
				return nil
			}
		}
	}))
}
