package api

import (
	"sync"
	"time"

	"cloudpocket/store"
)

// maxSending is how many requests of one client may bring a body at once. Each holds a connection for as long as its sender takes,
// and with a file room on the disk.
const maxSending = 16

// sending counts who is bringing how many bodies. It is safe for concurrent use.
type sending struct {
	mu sync.Mutex
	of map[store.ID]int
}

func newSending() *sending { return &sending{of: map[store.ID]int{}} }

// begin counts one more of client's until done is called; past maxSending it is refused as what comes too often.
func (s *sending) begin(client store.ID) (done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[client] >= maxSending {
		return nil, tooMany(time.Second)
	}
	s.of[client]++
	return func() { s.end(client) }, nil
}

func (s *sending) end(client store.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[client]--; s.of[client] == 0 {
		delete(s.of, client)
	}
}
