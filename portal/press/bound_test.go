package press_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"cloudpocket/portal/egov/render"
)

// TestNoZombies takes the place of a container's first process: whom Chromium left behind is waited for.
func TestNoZombies(t *testing.T) {
	const setChildSubreaper = 36 // PR_SET_CHILD_SUBREAPER
	for _, on := range []uintptr{1, 0} {
		if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, on, 0); errno != 0 {
			t.Fatalf("become a reaper: %v", errno)
		}
		if on == 0 {
			break
		}
		if _, err := newPress(t, time.Minute).PDF(t.Context(), "a", []byte("<html><head></head><body>一</body></html>")); err != nil {
			t.Error(err)
		}
		if left := children(t); len(left) > 0 {
			t.Errorf("left are %q", left)
		}
	}
}

// children lists the processes whose parent this one is, as /proc has them.
func children(t *testing.T) (list []string) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range stats {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(b), ") ")
		if f := strings.Fields(rest); len(f) > 1 && f[1] == fmt.Sprint(os.Getpid()) {
			list = append(list, string(b))
		}
	}
	return list
}

// TestBook prints a book whose second part is on landscape paper, links to the first and outside, and has boxes above and
// below itself: the paper is as asked, no link names a file, and nothing is drawn on the other parts.
func TestBook(t *testing.T) {
	part := func(address, style, body string) render.Page {
		return render.Page{Address: address, HTML: []byte("<html><head><style>@page{size:A4;margin:10mm}" + style + "</style></head><body>" + body + "</body></html>")}
	}
	over := `<div class="x" style="top:%dpx">偽</div>`
	const style = `@page{size:A4 landscape}.x{position:absolute;left:0;width:600px;height:300px;background:#0f0}`
	links := `<a href="1">一</a><a href="9">外</a>`
	for _, tt := range []struct {
		name, body string
		drawn      bool
	}{
		{"within", links + fmt.Sprintf(over, 100), true},
		{"above", links + fmt.Sprintf(over, -900), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			book := render.Book("題", "ja", []render.Page{part("1", "", "<p>一</p>"), part("2", style, tt.body), part("3", "", "<p>三</p>")})
			pdf, err := newPress(t, time.Minute).PDF(t.Context(), "a", book)
			if err != nil {
				t.Fatal(err)
			}
			var papers []string
			for _, m := range regexp.MustCompile(`/MediaBox \[0 0 (\d+)`).FindAllSubmatch(pdf, -1) {
				papers = append(papers, string(m[1]))
			}
			if got := strings.Join(papers, " "); got != "594 841 594" {
				t.Errorf("paper is %s points wide", got)
			}
			if bytes.Contains(pdf, []byte("/URI")) || bytes.Contains(pdf, []byte("file:")) || !bytes.Contains(pdf, []byte("/Dest")) {
				t.Error("links lead out of the book, or nowhere")
			}
			if got := bytes.Contains(inflated(pdf), []byte("0 1 0 rg")); got != tt.drawn {
				t.Errorf("the box is drawn: %t, want %t", got, tt.drawn)
			}
		})
	}
}

// inflated is all that a PDF's compressed streams say.
func inflated(pdf []byte) (all []byte) {
	for _, m := range regexp.MustCompile(`(?s)stream\r?\n(.*?)endstream`).FindAllSubmatch(pdf, -1) {
		if r, err := zlib.NewReader(bytes.NewReader(m[1])); err == nil {
			b, _ := io.ReadAll(r) // what is no such stream is none to look at
			all = append(all, b...)
		}
	}
	return all
}
