package sqlstore

import (
	"math"
	"slices"
	"strings"
	"time"
)

// micros returns t as it is stored: microseconds since 1970, 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(v int64) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return time.UnixMicro(v).UTC()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// latest comes after every row of a list that is shown newest first.
const latest = math.MaxInt64

// texts returns ids as query parameters, padded.
func texts[S ~string](ids []S) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return padded(out)
}

// padded returns a list of query parameters, the last one repeated until their number is a power of two: a list of
// parameters then has few lengths, and its statement is prepared once for each.
func padded[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	size := 1
	for size < len(list) {
		size *= 2
	}
	out := slices.Grow(slices.Clone(list), size-len(list))
	for len(out) < size {
		out = append(out, list[len(list)-1])
	}
	return out
}

// plain returns s as both databases can hold it: valid UTF-8 without NUL.
func plain(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
