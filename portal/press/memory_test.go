package press

import (
	"os"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// TestMemory prints boxes for which Chromium would take gigabytes: it is not given them, and says so.
func TestMemory(t *testing.T) {
	p, err := New(os.Getenv("CLOUDPOCKET_TEST_CHROMIUM"), 2*time.Minute)
	if err != nil {
		t.Fatalf("CLOUDPOCKET_TEST_CHROMIUM must name Chromium; run the tests by .ci/test, which brings it: %v", err)
	}
	p.memory = 448 << 20 // to come there sooner
	page := "<html><head></head><body>" + strings.Repeat(`<p style="height:99999px">x</p>`, 3_000) + "</body></html>"
	if _, err = p.PDF(t.Context(), "a", []byte(page)); store.KindOf(err) != store.TooLarge {
		t.Errorf("%v, want too large", err)
	}
	if _, err = p.PDF(t.Context(), "a", []byte("<html><head></head><body>x</body></html>")); err != nil {
		t.Errorf("a small page behind it: %v", err)
	}
}
