package sqlstore

import (
	"context"
	"errors"
	"testing"
)

func TestDollars(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"none", "SELECT 1", "SELECT 1"},
		{"numbered", "a = ?1 AND b = ?2 OR a = ?1", "a = $1 AND b = $2 OR a = $1"},
		{"two digits", "?9, ?10", "$9, $10"},
		{"without number goes on from the largest", "?3 ?1 (?,?)", "$3 $1 ($4,$5)"},
		{"in quotes", `'?1' "?2" 'it''s ?' ?1`, `'?1' "?2" 'it''s ?' $1`},
		{"in comments", "-- why?\n?1 /* what? */ - / ?2", "-- why?\n$1 /* what? */ - / $2"},
		{"unfinished", "?1 'a?", "$1 'a?"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := dollars(row.in); got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
}

func TestTransactionIsGoodUntilItsFunctionReturns(t *testing.T) {
	on := &dbtx{}
	on.over.Store(true)
	ctx := context.Background()
	if _, err := on.ExecContext(ctx, "SELECT 1"); !errors.Is(err, errOver) {
		t.Errorf("Exec: %v", err)
	}
	if _, err := on.QueryContext(ctx, "SELECT 1"); !errors.Is(err, errOver) {
		t.Errorf("Query: %v", err)
	}
	var n int
	if err := on.QueryRowContext(ctx, "SELECT 1").Scan(&n); !errors.Is(err, errOver) {
		t.Errorf("QueryRow: %v", err)
	}
}
