package job

import (
	"math/rand/v2"
	"time"
)

// How long a task waits after its first failure, and at most.
const (
	firstWait = time.Second
	lastWait  = time.Hour
)

// backoff returns how long to wait after the nth attempt failed: about twice as long each time.
func backoff(attempts int) time.Duration {
	wait := lastWait
	if n := max(attempts, 1) - 1; n < 12 {
		wait = min(firstWait<<n, lastWait)
	}
	return min(max(jittered(wait), firstWait), lastWait)
}

// jittered returns d, more or less by a quarter, so that what failed together is not tried together.
func jittered(d time.Duration) time.Duration { return d - d/4 + rand.N(d/2+1) }
