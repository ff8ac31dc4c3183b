package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"cloudpocket/store/sqlstore/gen/records"
)

// walk goes through the documents that hold all of its grams, the newest first.
type walk struct {
	*tx
	grams   []string // the rarest first
	offices []string // of these one is enough; nil: none is needed
	most    int64    // the newest document that was not looked at
	least   int64    // the oldest one to look at
	batch   int64    // how many chunks are read at once
	work    int      // how much may still be done
}

// What one search may do: a row of grams costs one, a text that is held against the query several.
const (
	searchWork   = 60_000
	textWork     = 8
	chunksAtOnce = 128
)

// sort puts the rarest grams first; it reports whether all of them are there.
func (w *walk) sort(ctx context.Context) (bool, error) {
	chunks := map[string]int64{}
	for _, g := range w.grams {
		n, err := w.q.CountChunks(ctx, records.CountChunksParams{TenantID: w.id(), Gram: g, Size: 1 << 20})
		if err != nil || n == 0 {
			return false, err
		}
		chunks[g] = n
	}
	slices.SortStableFunc(w.grams, func(a, b string) int { return cmp.Compare(chunks[a], chunks[b]) })
	return true, nil
}

// next returns more documents, the newest first, and none when there are no more or work is used up.
func (w *walk) next(ctx context.Context) ([]int64, error) {
	for w.most >= w.least && w.work > 0 {
		rows, err := w.q.ListChunks(ctx, records.ListChunksParams{
			TenantID: w.id(), Gram: w.grams[0], Least: w.least / chunkSize, Most: w.most / chunkSize, Size: w.batch,
		})
		if err != nil {
			return nil, err
		}
		found, err := w.of(ctx, rows)
		if err != nil {
			return nil, err
		}
		most, least := w.most, w.least
		if w.most = w.least - 1; int64(len(rows)) == w.batch {
			w.most = rows[len(rows)-1].Chunk*chunkSize - 1
		}
		w.batch = min(4*w.batch, chunksAtOnce)
		found = slices.DeleteFunc(found, func(n int64) bool { return n > most || n < least })
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

// of returns the documents of the first gram's chunks that hold the others as well.
func (w *walk) of(ctx context.Context, rows []records.ListChunksRow) ([]int64, error) {
	alive := map[int64]*bitmap{}
	for _, r := range rows {
		alive[r.Chunk] = &bitmap{}
		if err := alive[r.Chunk].add(r.Docs); err != nil {
			return nil, err
		}
	}
	w.work -= len(rows)
	for _, g := range w.grams[1:] {
		if err := w.narrow(ctx, alive, []string{g}); err != nil {
			return nil, err
		}
	}
	if w.offices != nil {
		if err := w.narrow(ctx, alive, w.offices); err != nil {
			return nil, err
		}
	}
	var found []int64
	for _, r := range rows {
		if b, ok := alive[r.Chunk]; ok {
			found = append(found, b.numbers(r.Chunk)...)
		}
	}
	return found, nil
}

// gramsAtOnce is how many grams a statement asks for: it has a largest number of parameters.
const gramsAtOnce = 256

// narrow keeps the documents that hold one of grams.
func (w *walk) narrow(ctx context.Context, alive map[int64]*bitmap, grams []string) error {
	if len(alive) == 0 {
		return nil
	}
	chunks := make([]int64, 0, len(alive))
	for c := range alive {
		chunks = append(chunks, c)
	}
	with := map[int64]*bitmap{}
	for some := range slices.Chunk(grams, gramsAtOnce) {
		rows, err := w.q.GetChunks(ctx, records.GetChunksParams{TenantID: w.id(), Grams: padded(some), Chunks: padded(chunks)})
		if err != nil {
			return err
		}
		w.work -= len(rows) + 1
		for _, r := range rows {
			if with[r.Chunk] == nil {
				with[r.Chunk] = &bitmap{}
			}
			if err := with[r.Chunk].add(r.Docs); err != nil {
				return err
			}
		}
	}
	for chunk, b := range alive {
		if other, ok := with[chunk]; !ok || !b.meet(other) {
			delete(alive, chunk)
		}
	}
	return nil
}
