package sqlstore

import (
	"cmp"
	"slices"
)

// place is where a row stands in a list that is shown newest first.
type place struct {
	at int64
	id string
}

func newestPlace(a, b place) int {
	return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(b.id, a.id))
}

// merge returns the first size rows, newest first, of several ranges, one for each key. read returns up to size rows of
// one range that do not come after from: each is asked only for what the page still has room for, so that the cost is that
// of the page and not of all ranges.
func merge[K, R any](keys []K, size int64, read func(key K, from place) ([]R, error), at func(R) place) ([]R, error) {
	var found []R
	from := place{at: -latest}
	for _, key := range keys {
		rows, err := read(key, from)
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
		slices.SortFunc(found, func(a, b R) int { return newestPlace(at(a), at(b)) })
		if int64(len(found)) >= size {
			found = found[:size]
			from = at(found[size-1])
		}
	}
	return found, nil
}

// distinct returns keys, sorted and without repeats.
func distinct[K cmp.Ordered](keys []K) []K {
	return slices.Compact(slices.Sorted(slices.Values(keys)))
}
