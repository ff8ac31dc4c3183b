package login

import (
	"encoding/json"
	"strings"
	"testing"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// TestTraceFits brings more and longer claims than a mark can hold, in characters that JSON makes longer still.
func TestTraceFits(t *testing.T) {
	var trace sso.Trace
	for range 500 {
		trace.Pass("claim", strings.Repeat("\u2028", 1000))
	}
	why := sso.Refuse("saml.audience", sso.KeyMessage, "%s", strings.Repeat("a", 300))
	trace.Fail("audience", why)
	value, err := encoded(trace)
	if err != nil || len(value) > store.MaxMarkValue {
		t.Fatalf("%d bytes, %v", len(value), err)
	}
	var back sso.Trace
	if err := json.Unmarshal(value, &back); err != nil {
		t.Fatal(err)
	}
	if last := back.Checks[len(back.Checks)-1]; last.OK || last.Detail != why.Error() {
		t.Errorf("the failed check became %+v", last)
	}
}
