package press

import (
	"context"
	"fmt"
	"sync"

	"cloudpocket/store"
)

// maxWaiting is how many PDFs of one tenant may wait for its place.
const maxWaiting = 8

// places are where PDFs are made: few in all, and one for each tenant, so that one cannot keep the others out.
type places struct {
	all chan struct{}

	mu      sync.Mutex
	tenants map[store.ID]*place
}

type place struct {
	turn  chan struct{}
	count int // in it or waiting for it
}

func newPlaces(n int) *places {
	return &places{all: make(chan struct{}, n), tenants: map[store.ID]*place{}}
}

// enter waits for the tenant's place, then for one of all. It fails with kind Unavailable where too many wait already or
// ctx ends; else the caller leaves when it is done.
func (p *places) enter(ctx context.Context, tenant store.ID) (leave func(), err error) {
	own, err := p.queue(tenant)
	if err != nil {
		return nil, err
	}
	for i, turn := range [...]chan struct{}{own.turn, p.all} {
		select {
		case turn <- struct{}{}:
		case <-ctx.Done():
			if i > 0 {
				<-own.turn
			}
			p.unqueue(tenant, own)
			return nil, store.Fail(store.Unavailable, "error.press_busy", "wait for the press: %w", ctx.Err())
		}
	}
	return func() {
		<-p.all
		<-own.turn
		p.unqueue(tenant, own)
	}, nil
}

func (p *places) queue(tenant store.ID) (*place, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	own := p.tenants[tenant]
	if own == nil {
		own = &place{turn: make(chan struct{}, 1)}
		p.tenants[tenant] = own
	}
	if own.count > maxWaiting {
		return nil, store.Fail(store.Unavailable, "error.press_busy", "%w", fmt.Errorf("%d PDFs of the tenant wait already", own.count-1))
	}
	own.count++
	return own, nil
}

func (p *places) unqueue(tenant store.ID, own *place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if own.count--; own.count == 0 {
		delete(p.tenants, tenant)
	}
}
