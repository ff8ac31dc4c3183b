package job

import (
	"context"

	"cloudpocket/store"
)

// Expirer ends deliveries.
type Expirer interface {
	Expire(ctx context.Context, t store.Task) error
}

// Expire carries out store.TaskExpire.
func Expire(p Expirer) Handler { return p.Expire }
