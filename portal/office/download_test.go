package office_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"cloudpocket/store"
)

func TestDownload(t *testing.T) {
	w := newWorld(t)
	boss, clerk := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView)
	document, delivery, file := boss.handOut(t)
	sum := sha256.Sum256([]byte("本文"))
	tag := `"` + hex.EncodeToString(sum[:]) + `"`
	for _, row := range []struct {
		name, method string
		headers      []string
		status       int
		body         string
		recorded     int
	}{
		{"HEAD", "HEAD", nil, 200, "", 0},
		{"HEAD of a range", "HEAD", []string{"Range", "bytes=3-"}, 206, "", 0},
		{"had already", "GET", []string{"If-None-Match", tag}, 304, "", 0},
		{"had already, among others", "GET", []string{"If-None-Match", `"x" , W/` + tag}, 304, "", 0},
		{"had any", "GET", []string{"If-None-Match", "*"}, 304, "", 0},
		{"had already, and wants a range", "GET", []string{"If-None-Match", tag, "Range", "bytes=3-"}, 304, "", 0},
		{"wants another", "GET", []string{"If-Match", `"x"`}, 412, "", 0},
		{"wants another, weakly the same", "GET", []string{"If-Match", "W/" + tag}, 412, "", 0},
		{"wants this one", "GET", []string{"If-Match", tag}, 200, "本文", 1},
		{"whole", "GET", nil, 200, "本文", 1},
		{"had another", "GET", []string{"If-None-Match", `"x"`}, 200, "本文", 1},
		{"range", "GET", []string{"Range", "bytes=3-"}, 206, "文", 1},
		{"last bytes", "GET", []string{"Range", "bytes=-3"}, 206, "文", 1},
		{"more than all", "GET", []string{"Range", "bytes=0-99"}, 206, "本文", 1},
		{"rest of the same", "GET", []string{"Range", "bytes=3-5", "If-Range", tag}, 206, "文", 1},
		{"rest of another", "GET", []string{"Range", "bytes=3-5", "If-Range", `"x"`}, 200, "本文", 1},
		{"past the end of the same", "GET", []string{"Range", "bytes=9-", "If-Range", tag}, 416, "invalid range: failed to overlap\n", 0},
		{"past the end of another", "GET", []string{"Range", "bytes=9-", "If-Range", `"x"`}, 200, "本文", 1},
		{"past the end", "GET", []string{"Range", "bytes=9-"}, 416, "invalid range: failed to overlap\n", 0},
		{"partly past the end", "GET", []string{"Range", "bytes=9-,3-5"}, 206, "文", 1},
		{"no range at all", "GET", []string{"Range", "bytes=x"}, 416, "invalid range\n", 0},
	} {
		for _, at := range []struct {
			p      *person
			target string
		}{
			{clerk, "/deliveries/" + string(delivery) + "/files/" + string(file)},
			{boss, "/desk/documents/" + string(document) + "/files/" + string(file)},
		} {
			t.Run(row.name+"/"+string(at.p.account), func(t *testing.T) {
				before := w.deeds(t, store.DeedDownload)
				rec := at.p.do(row.method, at.target, nil, row.headers...)
				if rec.Code != row.status || rec.Body.String() != row.body {
					t.Errorf("%d %q, want %d %q", rec.Code, rec.Body, row.status, row.body)
				}
				if got := w.deeds(t, store.DeedDownload) - before; got != row.recorded {
					t.Errorf("recorded %d times, want %d", got, row.recorded)
				}
				if rec.Code < 300 {
					checkDownload(t, rec.Header(), tag)
				}
			})
		}
	}
	if r := w.receipt(t, "clerk", delivery); r.DownloadedAt.IsZero() || !r.AcknowledgedAt.IsZero() {
		t.Errorf("receipt %+v", r)
	}
}

// TestSeveralRanges come in one answer, and are one download.
func TestSeveralRanges(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	document, _, file := boss.handOut(t)
	rec := boss.get("/desk/documents/"+string(document)+"/files/"+string(file), "Range", "bytes=0-1,3-5")
	if rec.Code != http.StatusPartialContent || strings.Count(rec.Body.String(), "Content-Range: bytes ") != 2 {
		t.Errorf("%d %q", rec.Code, rec.Body)
	}
	if n := w.deeds(t, store.DeedDownload); n != 1 {
		t.Errorf("recorded %d times", n)
	}
}

func checkDownload(t *testing.T, h http.Header, tag string) {
	t.Helper()
	for name, want := range map[string]string{
		"ETag": tag, "Content-Type": "text/plain", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Accept-Ranges": "bytes",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Last-Modified": "",
		"Content-Disposition": `attachment; filename="file.txt"; filename*=UTF-8''%E9%80%9A%E7%9F%A5%20%E6%9B%B8.txt`,
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
