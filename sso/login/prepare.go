package login

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// testLife is how long an administrator has to go through a test, and its trace is kept.
const testLife = 30 * time.Minute

// A test and its result are kept under names that do not tell the ID, which is as good as the link.
func testName(id string) string   { return sso.MarkName("trust-test", id) }
func resultName(id string) string { return sso.MarkName("trust-test-result", id) }

// trial is what a test is of.
type trial struct {
	Trust store.ID
	Stamp store.TrustStamp
	Draft int64    `json:",omitempty"` // revision; 0: the trust as it stands
	By    store.ID `json:",omitempty"` // the account that tests
}

// NewTest prepares a test of a trust as it stands, enabled or not, and returns the path to open in a browser and the name
// to ask [TestResult] for. It needs nothing but the marks, so it can run in another process than the service.
func NewTest(ctx context.Context, marks store.Marks, t store.OwnedTrust) (path, id string, err error) {
	return prepare(ctx, marks, trial{Trust: t.ID, Stamp: t.Stamp()})
}

// NewDraftTest is NewTest for what the trust is to become, as the draft with d's revision has it. by is the account that
// tests, empty for somebody who has none.
func NewDraftTest(ctx context.Context, marks store.Marks, d store.OwnedDraft, by store.ID) (path, id string, err error) {
	t := store.OwnedTrust{Owner: d.Owner, Trust: d.Trust}
	return prepare(ctx, marks, trial{t.ID, t.Stamp(), d.Revision, by})
}

func prepare(ctx context.Context, marks store.Marks, t trial) (path, id string, err error) {
	id = secret()
	value, err := json.Marshal(t)
	if err != nil {
		return "", "", fmt.Errorf("encode a test: %w", err)
	}
	if err := marks.Put(ctx, testName(id), value, testLife); err != nil {
		return "", "", fmt.Errorf("prepare a test: %w", err)
	}
	return "/sso/test/" + id, id, nil
}

// TestResult returns the trace of a finished test, or ErrNotFound while it is under way.
func TestResult(ctx context.Context, marks store.Marks, id string) (sso.Trace, error) {
	var t sso.Trace
	value, err := marks.Peek(ctx, resultName(id))
	if err != nil {
		return t, fmt.Errorf("read a test's trace: %w", err)
	}
	if err := json.Unmarshal(value, &t); err != nil {
		return t, fmt.Errorf("decode a test's trace: %w", err)
	}
	return t, nil
}
