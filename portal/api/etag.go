package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// tag is the strong entity tag (RFC 9110 8.8.3) of what is answered: it changes when that does.
func tag(answered any) (string, error) {
	b, err := json.Marshal(answered)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return `"` + hex.EncodeToString(sum[:16]) + `"`, nil
}

// unchanged demands what If-Match says (RFC 9110 13.1.1) of what there is, nil for nothing.
func unchanged[T any](match *string, show func(T) any) func(*T) error {
	return func(now *T) error {
		if match == nil {
			return nil
		}
		if now != nil {
			current, err := tag(show(*now))
			if err != nil || tagged(*match, current) {
				return err
			}
		}
		return &route.Answered{Status: http.StatusPreconditionFailed, Err: store.Fail(store.Conflict, "error.etag", "it is not as If-Match says")}
	}
}

// tagged reports whether a list of entity tags names current. A weak one never does.
func tagged(list, current string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one = strings.TrimSpace(one); one == "*" || one == current {
			return true
		}
	}
	return false
}
