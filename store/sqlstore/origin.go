package sqlstore

import (
	"encoding/json"
	"reflect"
	"time"

	"cloudpocket/store"
)

// originText returns o without its parts, and its parts, as they are stored: JSON, empty for the zero Origin.
func originText(o store.Origin) (origin, parts string, err error) {
	parts, err = listText(o.Parts)
	if err != nil {
		return "", "", err
	}
	if o = bareOrigin(o); reflect.ValueOf(o).IsZero() {
		return "", parts, nil
	}
	b, err := json.Marshal(o)
	return string(b), parts, err
}

// bareOrigin returns o without its parts, its time as it will be read back.
func bareOrigin(o store.Origin) store.Origin {
	o.Parts = nil
	o.Signature.CheckedAt = kept(o.Signature.CheckedAt)
	return o
}

// kept cuts t to microseconds in UTC, which is what columns keep.
func kept(t time.Time) time.Time { return moment(micros(t)) }

func originOf(origin, parts string) (o store.Origin, err error) {
	if err := readText(origin, &o); err != nil {
		return o, err
	}
	return o, readText(parts, &o.Parts)
}

// listText returns list as JSON, empty when it has nothing.
func listText[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// readText reads stored JSON into v, which an empty text leaves as it is. What cannot be read is an error of kind Damaged.
func readText(text string, v any) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return &store.Error{Kind: store.Damaged, Err: err}
	}
	return nil
}
