package press_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/portal/press"
	"cloudpocket/store"
)

func newPress(t *testing.T, timeout time.Duration) *press.Press {
	t.Helper()
	p, err := press.New(os.Getenv("CLOUDPOCKET_TEST_CHROMIUM"), timeout)
	if err != nil {
		t.Fatalf("CLOUDPOCKET_TEST_CHROMIUM must name Chromium; run the tests by .ci/test, which brings it: %v", err)
	}
	return p
}

// TestPDF prints two pages of A4 that try to reach a server in every way a page has.
func TestPDF(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(server.Close)
	html := fmt.Sprintf(`<html><head><meta charset="utf-8"><link rel="stylesheet" href="%[1]s/a.css"><style>@page{size:A4} p{background:url(%[1]s/b)} div{break-after:page}</style></head>
<body><div><p>一</p></div><p>二</p><img src="%[1]s/c"><iframe src="%[1]s/d"></iframe><script src="%[1]s/e"></script><script>fetch("%[1]s/f");document.body.textContent=""</script></body></html>`, server.URL)
	pdf, err := newPress(t, time.Minute).PDF(t.Context(), "a", []byte(html))
	if err != nil {
		t.Fatal(err)
	}
	if pages := bytes.Count(pdf, []byte("/Type /Page\n")); !bytes.HasPrefix(pdf, []byte("%PDF-")) || pages != 2 {
		t.Errorf("%d pages in %d bytes", pages, len(pdf))
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the page reached the server %d times", n)
	}
}

func TestTooLong(t *testing.T) {
	_, err := newPress(t, 20*time.Millisecond).PDF(t.Context(), "a", []byte("<p>一</p>"))
	if store.KindOf(err) != store.Unavailable {
		t.Errorf("%v, want unavailable", err)
	}
}

func TestTooLarge(t *testing.T) {
	_, err := newPress(t, time.Minute).PDF(t.Context(), "a", make([]byte, 33<<20))
	if store.KindOf(err) != store.TooLarge {
		t.Errorf("%v, want too large", err)
	}
}

func TestNoChromium(t *testing.T) {
	if _, err := press.New("/nonesuch/chromium", time.Minute); err == nil {
		t.Error("a Chromium that is not there was found")
	}
}
