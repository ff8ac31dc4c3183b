package job

import (
	"context"

	"cloudpocket/store"
)

// Releaser makes deliveries whose time has come.
type Releaser interface {
	Release(ctx context.Context, t store.Task) error
}

// Release carries out store.TaskRelease.
func Release(p Releaser) Handler { return p.Release }
