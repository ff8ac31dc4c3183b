package job

import (
	"context"

	"cloudpocket/store"
)

// Guard looks for individual numbers where it takes long.
type Guard interface {
	LookForNumbers(ctx context.Context, t store.Task) error
}

// Numbers carries out store.TaskNumbers.
func Numbers(p Guard) Handler { return p.LookForNumbers }
