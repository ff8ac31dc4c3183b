package office

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"cloudpocket/store"
)

// TestStandingHoldsForAMoment counts how often it is asked whether an account stands.
func TestStandingHoldsForAMoment(t *testing.T) {
	var c standing
	asked, off := 0, false
	question := func(*http.Request, store.Session) error {
		asked++
		if off {
			return store.ErrDenied
		}
		return nil
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		name  string
		after time.Duration
		off   bool
		good  bool
		asked int
	}{
		{"at first", 0, false, true, 1},
		{"at once again", 0, false, true, 1},
		{"switched off, within the second", standingLife - 1, true, true, 1},
		{"a second after asking", 1, true, false, 2},
		{"a bad answer is not kept", 0, false, true, 3},
		{"the clock is set back, and it is switched off", -time.Hour, true, false, 4},
	} {
		now, off = now.Add(step.after), step.off
		err := c.ask(httptest.NewRequest("GET", "/", nil), store.Session{TenantID: "a", AccountID: "b", TrustID: "c"}, now, question)
		if (err == nil) != step.good || asked != step.asked {
			t.Errorf("%s: %v after asking %d times, want good %t after %d", step.name, err, asked, step.good, step.asked)
		}
	}
}
