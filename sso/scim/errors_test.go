package scim

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"cloudpocket/store"
)

// TestReasons has a word for each refusal that administrators can mend, and none for any other.
func TestReasons(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("open: %w", store.Fail(store.Expired, "", "token x: %w", ErrOver)), "token_over"},
		{store.Fail(store.Expired, "", "no such token"), ""},
		{&Error{Status: http.StatusForbidden, Reason: "nobody_left", Detail: "Nobody would be left.", Err: store.ErrDenied}, "nobody_left"},
		{fmt.Errorf("change: %w", &Error{Status: http.StatusForbidden, Reason: "beyond_maker"}), "beyond_maker"},
		{store.Fail(store.Denied, "", "trust x is off"), "switched_off"},
		{fmt.Errorf("create: %w", Taken("Another user has this name.")), "uniqueness"},
		{&Error{Status: http.StatusConflict, Type: Mutability}, "mutability"},
		{store.Fail(store.Conflict, "", "changed"), "conflict"},
		{Refuse(InvalidValue, "no"), ""},
		{store.Fail(store.NotFound, "", "no"), ""},
		{errors.New("broken"), ""},
	} {
		if got := reasonOf(tt.err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}
