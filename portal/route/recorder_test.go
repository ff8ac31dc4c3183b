package route_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// below is a writer of the server's kind, which notes how it is written to.
type below struct {
	*httptest.ResponseRecorder
	readFrom int64
	deadline time.Time
	statuses []int
}

func (b *below) ReadFrom(src io.Reader) (int64, error) {
	n, err := io.Copy(b.ResponseRecorder, src)
	b.readFrom += n
	return n, err
}

func (b *below) SetWriteDeadline(t time.Time) error { b.deadline = t; return nil }

func (b *below) WriteHeader(status int) {
	b.statuses = append(b.statuses, status)
	b.ResponseRecorder.WriteHeader(status)
}

func TestRecorderPassesThrough(t *testing.T) {
	content := strings.Repeat("x", 100_000)
	deadline := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		handle func(w http.ResponseWriter, r *http.Request) error
		check  func(b *below) bool
		log    string
	}{
		{"a file goes out by ReadFrom", func(w http.ResponseWriter, r *http.Request) error {
			http.ServeContent(w, r, "", time.Time{}, strings.NewReader(content))
			return nil
		}, func(b *below) bool { return b.readFrom == int64(len(content)) && b.Body.String() == content }, "bytes=100000"},
		{"a deadline reaches the connection", func(w http.ResponseWriter, _ *http.Request) error {
			return http.NewResponseController(w).SetWriteDeadline(deadline)
		}, func(b *below) bool { return b.deadline.Equal(deadline) }, "status=200"},
		{"a flush reaches the connection", func(w http.ResponseWriter, _ *http.Request) error {
			return http.NewResponseController(w).Flush()
		}, func(b *below) bool { return b.Flushed }, "status=200"},
		{"the first status counts", func(w http.ResponseWriter, _ *http.Request) error {
			w.WriteHeader(http.StatusCreated)
			_, err := fmt.Fprint(w, "ab")
			return err
		}, func(b *below) bool { return b.Code == http.StatusCreated }, "status=201 bytes=2"},
		{"early hints are not the answer", func(w http.ResponseWriter, _ *http.Request) error {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusAccepted)
			return nil
		}, func(b *below) bool { return len(b.statuses) == 2 }, "status=202"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newRouter(nil)
			s.Browser("GET", "/", tt.handle)
			b := &below{ResponseRecorder: httptest.NewRecorder()}
			s.ServeHTTP(b, httptest.NewRequest("GET", "/", nil))
			if !tt.check(b) || !strings.Contains(s.log.String(), tt.log) {
				t.Errorf("%d, %d bytes by ReadFrom, %s", b.Code, b.readFrom, s.log)
			}
		})
	}
}
