package trust

import (
	"context"
	"log/slog"
	"time"

	"cloudpocket/store"
)

// Refresher refreshes what is due of the trusts given, and returns how many it refreshed. Failures are its own to log.
type Refresher interface {
	RefreshDue(ctx context.Context, trusts []store.OwnedTrust) int
}

// KeepFresh has refresher look at every enabled trust each interval, until ctx ends. Running sign-ins never wait for it.
func KeepFresh(ctx context.Context, directory store.TrustDirectory, refresher Refresher, interval time.Duration, log *slog.Logger) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		trusts, err := directory.EnabledTrusts(ctx)
		if err != nil && ctx.Err() == nil {
			log.Warn("list trusts to refresh", "error", err)
		}
		refresher.RefreshDue(ctx, trusts)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
