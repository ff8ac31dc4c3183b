package scan_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"cloudpocket/portal/scan"
	"cloudpocket/store"
)

// marker is what the signature Test.Marker of the test daemon looks for.
const marker = "cloudpocket-test-marker"

// eicar returns the test file of eicar.org. It is put together here, so that no file of ours holds it.
func eicar() []byte {
	return []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}` + `$` + strings.Join([]string{"EICAR", "STANDARD", "ANTIVIRUS", "TEST", "FILE"}, "-") + `!$H+H*`)
}

func real(t *testing.T, change func(*scan.Config)) *scan.Clamd {
	t.Helper()
	address := os.Getenv("CLOUDPOCKET_TEST_CLAMD")
	if address == "" {
		t.Fatal("CLOUDPOCKET_TEST_CLAMD is not set: run the tests by .ci/test, which starts a clamd for them")
	}
	return open(t, address, change)
}

func open(t *testing.T, address string, change func(*scan.Config)) *scan.Clamd {
	t.Helper()
	config := scan.Config{Address: address}
	if change != nil {
		change(&config)
	}
	c, err := scan.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// zipped returns a ZIP that holds content among harmless files.
func zipped(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range []struct {
		name    string
		content []byte
	}{{"表紙.txt", []byte("離職票")}, {name, content}, {"last.csv", []byte("1,2,3\r\n")}} {
		part, err := w.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(f.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestVerdicts(t *testing.T) {
	one := zipped(t, "a.com", eicar())
	large := bytes.Repeat([]byte("社会保険 被保険者 "), 10<<20/26)
	late := append(bytes.Clone(large), marker...)
	tests := []struct {
		name  string
		bytes []byte
		want  string
	}{
		{"nothing at all", nil, ""},
		{"clean text", []byte("健康保険・厚生年金保険被保険者標準報酬決定通知書"), ""},
		{"clean ZIP", zipped(t, "b.txt", []byte("b")), ""},
		{"EICAR", eicar(), "Test.Eicar.UNOFFICIAL"},
		{"EICAR in a ZIP", one, "Test.Eicar.UNOFFICIAL"},
		{"EICAR in a ZIP in a ZIP", zipped(t, "inner.zip", one), "Test.Eicar.UNOFFICIAL"},
		{"EICAR in a ZIP in a ZIP in a ZIP", zipped(t, "outer.zip", zipped(t, "inner.zip", one)), "Test.Eicar.UNOFFICIAL"},
		{"the marker in text", []byte("before " + marker + " after"), "Test.Marker.UNOFFICIAL"},
		{"10 MB, clean", large, ""},
		{"10 MB with the marker at the end", late, "Test.Marker.UNOFFICIAL"},
		{"as long as one chunk", bytes.Repeat([]byte("x"), 128<<10), ""},
		{"the marker across two chunks", append(bytes.Repeat([]byte("x"), 128<<10-5), marker...), "Test.Marker.UNOFFICIAL"},
	}
	c := real(t, nil)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, err := c.Scan(t.Context(), bytes.NewReader(test.bytes))
			if err != nil || v.Name != test.want || v.Found != (test.want != "") {
				t.Fatalf("got %+v, %v; want %q", v, err, test.want)
			}
		})
	}
}

func TestReadersOfAnyPace(t *testing.T) {
	c := real(t, nil)
	text := strings.Repeat("a", 500) + marker
	for name, r := range map[string]io.Reader{
		"a byte at a time": iotest.OneByteReader(strings.NewReader(text)),
		"data with EOF":    iotest.DataErrReader(strings.NewReader(text)),
	} {
		if v, err := c.Scan(t.Context(), r); err != nil || !v.Found {
			t.Errorf("%s: got %+v, %v", name, v, err)
		}
	}
}

// wantError fails unless err is of kind Unavailable with the key.
func wantError(t *testing.T, err error, key string) {
	t.Helper()
	if !errors.Is(err, &store.Error{Kind: store.Unavailable, Key: key}) {
		t.Fatalf("got %v; want kind unavailable and key %s", err, key)
	}
}

func TestTooLargeForClamd(t *testing.T) {
	c := real(t, nil) // its StreamMaxLength is 12 MB
	for range 5 {
		_, err := c.Scan(t.Context(), io.LimitReader(zeros{}, 40<<20))
		wantError(t, err, scan.KeyTooLarge)
	}
}

func TestTooLargeForUs(t *testing.T) {
	c := real(t, func(c *scan.Config) { c.MaxBytes = 1000 })
	if v, err := c.Scan(t.Context(), bytes.NewReader(make([]byte, 1000))); err != nil || v.Found {
		t.Fatalf("1000 bytes: got %+v, %v", v, err)
	}
	_, err := c.Scan(t.Context(), bytes.NewReader(make([]byte, 1001)))
	wantError(t, err, scan.KeyTooLarge)
}

func TestReaderThatFailsGivesItsError(t *testing.T) {
	c := real(t, nil)
	broken := errors.New("the disk is gone")
	_, err := c.Scan(t.Context(), io.MultiReader(bytes.NewReader(make([]byte, 300<<10)), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("got %v", err)
	}
}

func TestPingAndVersion(t *testing.T) {
	c := real(t, nil)
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, err := c.Version(t.Context())
	if err != nil || !strings.Contains(v.Engine, ".") {
		t.Fatalf("got %+v, %v", v, err)
	}
	if _, ok := v.Age(time.Now()); ok {
		t.Errorf("the daemon has no signatures of ClamAV's own, yet they are dated %v", v.Made)
	}
}

func TestManyAtOnceTakeTurns(t *testing.T) {
	c := real(t, func(c *scan.Config) { c.AtOnce = 3 })
	var now, most atomic.Int32
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			content := "clean"
			if i%2 == 1 {
				content = marker
			}
			r := &counted{Reader: strings.NewReader(content), now: &now, most: &most}
			v, err := c.Scan(t.Context(), r)
			if err != nil || v.Found != (i%2 == 1) {
				t.Errorf("stream %d: got %+v, %v", i, v, err)
			}
		})
	}
	all.Wait()
	if most.Load() > 3 || most.Load() < 1 {
		t.Errorf("%d streams were read at once; want 1 to 3", most.Load())
	}
}

// counted counts how many readers are between their first byte and their end.
type counted struct {
	io.Reader
	now, most *atomic.Int32
	started   bool
}

func (c *counted) Read(p []byte) (int, error) {
	if !c.started {
		c.started = true
		n := c.now.Add(1)
		for m := c.most.Load(); n > m && !c.most.CompareAndSwap(m, n); m = c.most.Load() {
		}
		time.Sleep(time.Millisecond)
	}
	n, err := c.Reader.Read(p)
	if err == io.EOF {
		c.now.Add(-1)
	}
	return n, err
}

func TestWaitingForATurnEndsWithTheContext(t *testing.T) {
	c := real(t, func(c *scan.Config) { c.AtOnce = 1 })
	held, write := io.Pipe()
	done := make(chan error, 1)
	began := make(chan struct{})
	go func() {
		_, err := c.Scan(context.Background(), io.MultiReader(signal{began}, held))
		done <- err
	}()
	<-began
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.Scan(ctx, strings.NewReader("x"))
	wantError(t, err, scan.KeyAway)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v; want the deadline in it", err)
	}
	write.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

type signal struct{ c chan struct{} }

func (s signal) Read([]byte) (int, error) {
	close(s.c)
	return 0, io.EOF
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestWhatClamdDoesNotLookInto holds what the package's documentation warns of: beyond its own limits clamd says OK.
func TestWhatClamdDoesNotLookInto(t *testing.T) {
	deep := eicar()
	for range 20 { // MaxRecursion is 17
		deep = zipped(t, "inner.zip", deep)
	}
	if v, err := real(t, nil).Scan(t.Context(), bytes.NewReader(deep)); err != nil || v.Found {
		t.Fatalf("got %+v, %v: the documentation says otherwise", v, err)
	}
}

func BenchmarkScan(b *testing.B) {
	c, err := scan.Open(scan.Config{Address: os.Getenv("CLOUDPOCKET_TEST_CLAMD")})
	if err != nil {
		b.Fatal(err)
	}
	for name, size := range map[string]int{"200KiB": 200 << 10, "10MB": 10_000_000} {
		content := bytes.Repeat([]byte("%PDF-like 0123456789 text\r\n"), size/27)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				if _, err := c.Scan(b.Context(), bytes.NewReader(content)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
