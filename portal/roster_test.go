package portal_test

import (
	"fmt"
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestRosterIsBounded has notices whose persons have nothing in common: their lists must not be of the square of them.
func TestRosterIsBounded(t *testing.T) {
	tests := []struct {
		name             string
		persons, columns int
		cut              bool
	}{
		{"a form as there are", 3, 4 + 3, false},
		{"a column for each", 2000, 200, true},
		{"more persons than cells by two hundred", 10_000, 100, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			var b strings.Builder
			for i := range tt.persons {
				fmt.Fprintf(&b, "<_被保険者><被保険者漢字氏名>人%d</被保険者漢字氏名><項目%d>値</項目%d></_被保険者>", i, i, i)
			}
			document, err := w.Publish(t.Context(), theBoss(), portal.Draft{Title: "通知書", Kind: "other", Offices: []store.ID{"x1"},
				Files: []portal.StagedFile{w.stage(t, theBoss(), "9999999.xml", "<N9999999>"+b.String()+"</N9999999>")}})
			must(t, err)
			_, rosters, err := w.Rosters(t.Context(), theBoss(), portal.Source{Document: document})
			must(t, err)
			r := rosters[0]
			if len(r.Columns) != tt.columns || len(r.Rows) != tt.persons || r.Cut != tt.cut {
				t.Errorf("%d columns, %d rows, cut: %t", len(r.Columns), len(r.Rows), r.Cut)
			}
			for i, row := range r.Rows {
				if len(row) != len(r.Columns) || row[1] != fmt.Sprint("人", i) {
					t.Fatalf("row %d is %q", i, row)
				}
			}
		})
	}
}
