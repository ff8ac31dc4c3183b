package login

import (
	"encoding/json"
	"fmt"
	"slices"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// encoded returns a trace that fits into a mark: many and long claims are cut, as far as it takes.
func encoded(t sso.Trace) (value []byte, err error) {
	for _, long := range []int{100, 30, 10} {
		value, err = json.Marshal(shortened(t, long))
		if err != nil || len(value) <= store.MaxMarkValue {
			return value, err
		}
	}
	return nil, fmt.Errorf("a trace of %d bytes", len(value))
}

// shortened cuts what passed to long characters. A check that failed is what the test is for, and keeps its words.
func shortened(t sso.Trace, long int) sso.Trace {
	const most, reason = 45, 800
	checks := slices.Clone(t.Checks)
	if len(checks) > most {
		checks = append(checks[:most-1], checks[len(checks)-1])
	}
	for i, c := range checks {
		keep := long
		if !c.OK {
			keep = reason
		}
		if r := []rune(c.Detail); len(r) > keep {
			checks[i].Detail = string(r[:keep]) + "…"
		}
	}
	return sso.Trace{Checks: checks}
}
