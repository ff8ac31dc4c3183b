package admin

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"cloudpocket/portal/operator"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (o *operating) home(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	v := page.OperatorHome{Parts: partsOf(o.Health(r.Context())), Version: o.Version, Now: o.Now(), Window: who.Window}
	owed, err := o.owed(r)
	if err != nil {
		return err
	}
	v.Owed = owed
	return o.Pages.OperatorHome(w, r, o.shell(r, who), v)
}

// partsOf puts what the parts say in order. One that the page has no word for is told of all the same.
func partsOf(said map[string]string) (parts []page.OperatorPart) {
	order := []string{"records", "sessions", "blobs", "scanner", "mail"}
	for _, name := range order {
		if says, ok := said[name]; ok {
			parts = append(parts, page.OperatorPart{Name: name, Says: says})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if name != "status" && !slices.Contains(order, name) {
			parts = append(parts, page.OperatorPart{Name: "other", Says: said[name]})
		}
	}
	return parts
}

// owed is the work that waits, by kind and for how long.
func (o *operating) owed(r *http.Request) ([]page.OperatorOwed, error) {
	kinds := map[store.TaskKind]*page.OperatorOwed{}
	for _, age := range []struct {
		over time.Duration
		set  func(*page.OperatorOwed, int)
	}{
		{0, func(k *page.OperatorOwed, n int) { k.Due = n }},
		{2 * time.Minute, func(k *page.OperatorOwed, n int) { k.Late = n }},
		{time.Hour, func(k *page.OperatorOwed, n int) { k.Old = n }},
	} {
		counts, err := o.Owed(r.Context(), o.Now().Add(-age.over))
		if err != nil {
			return nil, err
		}
		for kind, n := range counts {
			if kinds[kind] == nil {
				kinds[kind] = &page.OperatorOwed{Kind: kind}
			}
			age.set(kinds[kind], n)
		}
	}
	var all []page.OperatorOwed
	for _, k := range slices.SortedFunc(maps.Values(kinds), func(a, b *page.OperatorOwed) int { return strings.Compare(string(a.Kind), string(b.Kind)) }) {
		all = append(all, *k)
	}
	return all, nil
}
