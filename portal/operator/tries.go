package operator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"cloudpocket/store"
)

const (
	freeTries  = 5 // that cost no wait
	maxWait    = 15 * time.Minute
	triesLast  = 24 * time.Hour // after the last one, all are forgotten
	network4   = 24             // bits of an IPv4 address that one network has
	network6   = 48             // the same of an IPv6 address: what one customer gets
	placeBytes = 16

	crowd      = "crowd" // the kind of place where all names are counted that a network tries
	crowdTries = 20      // that a network has more than one name: colleagues mistype theirs too
)

// Wait returns how long after the last of n attempts that failed the next may be made.
func Wait(n int) time.Duration {
	if n < freeTries {
		return 0
	}
	return min(maxWait, time.Second<<min(n-freeTries, 20))
}

// waitAt is Wait for attempts that were counted at a place.
func waitAt(place string, n int) time.Duration {
	if strings.HasPrefix(place, crowd+":") {
		n = max(0, n-crowdTries)
	}
	return Wait(n)
}

// strangers are where those of a network are counted who try a name: for that name, and for all that the network tries.
// What somebody typed for a name may be a password, so it is not kept as it is.
func strangers(name string, from netip.Addr) []string {
	bits := network4
	if from.Is6() {
		bits = network6
	}
	at := "nowhere"
	if network, err := from.Prefix(bits); err == nil {
		at = network.String()
	}
	return []string{place("net", name, at), place(crowd, at)}
}

// place names where attempts are counted.
func place(kind string, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return kind + ":" + hex.EncodeToString(h.Sum(nil)[:placeBytes])
}

// count counts an attempt at each of places, in the transaction that tx is, unless one of them has to wait: then nothing
// is counted, and the error says for how long.
func count(ctx context.Context, tx store.Tx, now time.Time, places ...string) error {
	var all []store.Tries
	for _, p := range places {
		t, err := tx.Operators().Tries(ctx, p)
		if err != nil {
			return err
		}
		if now.Sub(t.Last) >= triesLast {
			t.Count = 0
		}
		if left := t.Last.Add(waitAt(p, t.Count)).Sub(now); t.Count > 0 && left > 0 {
			return store.Fail(store.Denied, "error.operator_wait", "%d attempts from %s: %s left", t.Count, p, left).
				With("Seconds", int(left/time.Second)+1)
		}
		all = append(all, store.Tries{Key: p, Count: t.Count + 1, Last: now})
	}
	for _, t := range all {
		if err := tx.Operators().SaveTries(ctx, t, now.Add(-triesLast)); err != nil {
			return err
		}
	}
	return nil
}

// uncount takes back one attempt at each of places, which succeeded.
func uncount(ctx context.Context, tx store.Tx, now time.Time, places ...string) error {
	for _, p := range places {
		t, err := tx.Operators().Tries(ctx, p)
		if err != nil {
			return err
		}
		t.Count = max(0, t.Count-1)
		if err := tx.Operators().SaveTries(ctx, t, now.Add(-triesLast)); err != nil {
			return err
		}
	}
	return nil
}

// absolve forgets what was counted at places.
func absolve(ctx context.Context, tx store.Tx, now time.Time, places ...string) error {
	for _, p := range places {
		if err := tx.Operators().SaveTries(ctx, store.Tries{Key: p, Last: now}, now.Add(-triesLast)); err != nil {
			return err
		}
	}
	return nil
}
