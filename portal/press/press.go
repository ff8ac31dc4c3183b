package press

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"cloudpocket/store"
)

// Press makes PDFs, few at a time. It is safe for concurrent use.
type Press struct {
	chromium string
	timeout  time.Duration
	memory   int // bytes that each of Chromium's processes may write to
	places   *places
}

const (
	atOnce   = 2
	maxInput = 32 << 20 // bytes of HTML
	maxPDF   = 64 << 20 // bytes
	// maxHeap is how many mebibytes a page's scripts could take, if any ran.
	maxHeap = 64
)

// New returns a Press that runs the Chromium at that path, at most for timeout per PDF.
func New(chromium string, timeout time.Duration) (*Press, error) {
	path, err := exec.LookPath(chromium)
	if err != nil {
		return nil, fmt.Errorf("find Chromium: %w", err)
	}
	return &Press{chromium: path, timeout: timeout, memory: maxMemory, places: newPlaces(atOnce)}, nil
}

// PDF prints a tenant's page on A4 or the paper that it asks for. A press that is busy, or took too long, is an error of
// kind Unavailable, a page that is too large, or takes too much memory, one of kind TooLarge.
func (p *Press) PDF(ctx context.Context, tenant store.ID, html []byte) ([]byte, error) {
	if len(html) > maxInput {
		return nil, store.Fail(store.TooLarge, "error.press_large", "%d bytes to print", len(html))
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	leave, err := p.places.enter(ctx, tenant)
	if err != nil {
		return nil, err
	}
	defer leave()
	dir, err := os.MkdirTemp("", "press-")
	if err != nil {
		return nil, fmt.Errorf("make a folder to print in: %w", err)
	}
	defer os.RemoveAll(dir)
	return p.print(ctx, dir, html)
}

func (p *Press) print(ctx context.Context, dir string, html []byte) ([]byte, error) {
	in, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(in, walled(html), 0o600); err != nil {
		return nil, fmt.Errorf("write the page to print: %w", err)
	}
	cmd := bounded(ctx, p.memory, p.chromium, flags(dir, out, in)...)
	cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + dir, "LANG=ja_JP.UTF-8", "PATH=/usr/bin:/bin"}
	said, err := cmd.CombinedOutput()
	if cmd.Process != nil {
		bury(cmd.Process.Pid)
	}
	if ctx.Err() != nil {
		return nil, store.Fail(store.Unavailable, "error.press_busy", "print a page: %w", ctx.Err())
	}
	if err != nil {
		return nil, fmt.Errorf("print a page: %w: %.500s", err, said)
	}
	info, err := os.Stat(out)
	if errors.Is(err, fs.ErrNotExist) { // Chromium goes on without the page's process, which had too little memory
		return nil, store.Fail(store.TooLarge, "error.press_large", "print a page of %d bytes: no PDF: %.500s", len(html), said)
	}
	if err != nil {
		return nil, fmt.Errorf("print a page: %w: %.500s", err, said)
	}
	if info.Size() > maxPDF {
		return nil, store.Fail(store.TooLarge, "error.press_large", "a PDF of %d bytes", info.Size())
	}
	pdf, err := os.ReadFile(out)
	if err == nil && !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		err = errors.New("what Chromium made is no PDF")
	}
	return pdf, err
}

// walled adds to a page the policy that it is printed under.
func walled(html []byte) []byte {
	const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`
	i := bytes.Index(html, []byte("<head>"))
	if i < 0 {
		return append([]byte(policy), html...)
	}
	i += len("<head>")
	return append(append(append([]byte(nil), html[:i]...), policy...), html[i:]...)
}

func flags(dir, out, in string) []string {
	all := []string{"--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-breakpad", "--disable-dev-shm-usage",
		"--no-pings", "--mute-audio", "--user-data-dir=" + filepath.Join(dir, "profile"),
		// No name has an address, and what has one already is asked of a proxy that is not there.
		"--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
		fmt.Sprintf("--js-flags=--max-old-space-size=%d", maxHeap), "--renderer-process-limit=1",
		"--no-pdf-header-footer", "--print-to-pdf=" + out}
	if os.Geteuid() == 0 {
		all = append(all, "--no-sandbox")
	}
	return append(all, "file://"+in)
}
