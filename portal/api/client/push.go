package client

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"sync"

	"cloudpocket/portal/api/gen"
)

// What one batch may bring.
const (
	MaxBatch      = 100      // packages
	MaxBatchBytes = 60 << 20 // bytes of files
)

// Push puts one package into the firm's tray, in a drop: the same file sent to the same drop again is the package that is there.
func (c *Client) Push(ctx context.Context, drop string, f File) (p gen.Package, err error) {
	_, err = c.call(ctx, dropped("/packages", drop).asForm(nil, []File{f}), &p)
	return p, err
}

// PushBatch puts up to MaxBatch packages into the tray in one request, and returns what became of each, in their order: a package,
// which may be refused in the tray, or a problem. With an error, none of them is known to be there.
func (c *Client) PushBatch(ctx context.Context, drop string, files []File) ([]gen.PackageResult, error) {
	if len(files) > MaxBatch {
		return nil, fmt.Errorf("%d packages are more than a batch may bring, %d", len(files), MaxBatch)
	}
	var answer gen.PackageResults
	_, err := c.call(ctx, dropped("/packages/batch", drop).asForm(nil, files), &answer)
	if err == nil && len(answer.Items) != len(files) {
		err = fmt.Errorf("%d packages were answered by %d", len(files), len(answer.Items))
	}
	return answer.Items, err
}

// Package returns how a package stands.
func (c *Client) Package(ctx context.Context, id string) (p gen.Package, err error) {
	_, err = c.call(ctx, request{method: http.MethodGet, path: "/packages/" + url.PathEscape(id)}, &p)
	return p, err
}

func dropped(path, drop string) request {
	return request{method: http.MethodPost, path: path, query: url.Values{"drop": {drop}}}
}

// drops is over how many drops a run is spread: one holds a few thousand packages.
const drops = 16

// PushAll pushes as many packages as there are, in batches, so many senders at once, and tells done what became of each; calls of
// done do not overlap. run names the run, such as "2026-11": whoever sends a run again, because it broke off, doubles nothing. It
// ends early when a batch cannot be sent at all.
func (c *Client) PushAll(ctx context.Context, run string, files []File, senders int, done func(File, gen.PackageResult)) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan batch)
	var mu sync.Mutex
	var all sync.WaitGroup
	for range max(1, senders) {
		all.Go(func() {
			for b := range work {
				results, err := c.PushBatch(ctx, b.drop, b.files)
				if err != nil {
					stop(err)
					return
				}
				mu.Lock()
				for i, r := range results {
					done(b.files[i], r)
				}
				mu.Unlock()
			}
		})
	}
	for _, b := range batches(run, files) {
		select {
		case work <- b:
		case <-ctx.Done():
		}
	}
	close(work)
	all.Wait()
	return context.Cause(ctx)
}

// batch is what one request brings.
type batch struct {
	drop  string
	files []File
}

// batches spreads files over the drops of a run, each by its name, so that it goes to the same one whatever goes with it.
func batches(run string, files []File) (all []batch) {
	open, size := map[string]*batch{}, map[string]int64{}
	for _, f := range files {
		drop := dropOf(run, f.Name)
		b := open[drop]
		if b != nil && (len(b.files) == MaxBatch || size[drop]+f.Size > MaxBatchBytes) {
			all = append(all, *b)
			b = nil
		}
		if b == nil {
			b = &batch{drop: drop}
			open[drop], size[drop] = b, 0
		}
		b.files = append(b.files, f)
		size[drop] += f.Size
	}
	for i := range drops {
		if b := open[fmt.Sprint(run, ".", i)]; b != nil {
			all = append(all, *b)
		}
	}
	return all
}

func dropOf(run, name string) string {
	h := fnv.New32a()
	h.Write([]byte(name))
	return fmt.Sprint(run, ".", h.Sum32()%drops)
}
