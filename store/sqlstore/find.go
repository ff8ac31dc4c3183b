package sqlstore

import (
	"strings"

	"cloudpocket/store"
	"cloudpocket/store/fold"
)

// What people look for stands anywhere in a name, in any width and kana, which no index of ours has an order for. A firm
// has some thousand people and offices, so they are read in the list's own order and compared, as many as this at a time
// and so many for one page.
const (
	findChunk = 500
	findBound = 5000
)

// found collects a page of those rows that let passes, reading on through next, which returns up to findChunk rows after
// a position. It ends with the page, with the rows, or after findBound of them.
func found[R, T any](p store.Page, next func(after *R) ([]R, error), let func(R) bool, item func(R) T, key func(R) store.Cursor) (store.List[T], error) {
	var kept []R
	var last *R
	for looked := 0; looked < findBound; {
		rows, err := next(last)
		if err != nil {
			return store.List[T]{}, err
		}
		for i := range rows {
			if let(rows[i]) {
				kept = append(kept, rows[i])
			}
			if len(kept) > p.Size() {
				return listOf(kept, p.Size(), item, key), nil
			}
		}
		if len(rows) < findChunk {
			return listOf(kept, p.Size(), item, key), nil
		}
		looked, last = looked+len(rows), &rows[len(rows)-1]
	}
	list := listOf(kept, p.Size(), item, key)
	list.Next = key(*last)
	return list, nil
}

// worded returns what tells whether each word of text stands in one of the texts it is given. Without words, all do.
func worded(text string) func(in ...string) bool {
	terms := fold.Terms(text)
	return func(in ...string) bool {
		if len(terms) == 0 {
			return true
		}
		for i := range in {
			in[i] = fold.Text(in[i])
		}
		for _, term := range terms {
			if !strings.Contains(strings.Join(in, "\n"), term) {
				return false
			}
		}
		return true
	}
}
