// Command report runs a `go test -json` command and prints what a person wants to read of it: the closing line of
// every package, and the whole output of every test that failed. A skipped test is a failure, because everything that
// tests need is brought by .ci/test.
//
// # Why
//
// The events of -json name the test that each line belongs to, so nothing that a test prints can hide a skip or look
// like one.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() {
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "report: start the tests:", err)
		os.Exit(1)
	}
	r := report{w: os.Stdout, lines: map[key][]string{}}
	r.read(out)
	err = cmd.Wait()
	r.close()
	if err != nil || r.failed > 0 || r.skipped > 0 {
		os.Exit(1)
	}
}

// event is one line of `go test -json` (go doc test2json).
type event struct {
	Action, Package, Test, Output string
}

type key struct{ pkg, test string }

type report struct {
	w                       io.Writer
	lines                   map[key][]string // what was printed by tests and packages that have not ended
	passed, failed, skipped int
}

func (r *report) read(in io.Reader) {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		var e event
		if json.Unmarshal([]byte(line), &e) == nil {
			r.take(e)
		} else {
			fmt.Fprint(r.w, line)
		}
		if err != nil {
			return
		}
	}
}

func (r *report) take(e event) {
	k := key{e.Package, e.Test}
	switch {
	case e.Action == "build-output":
		fmt.Fprint(r.w, e.Output)
	case e.Action == "output":
		r.lines[k] = append(r.lines[k], e.Output)
	case e.Test == "" && (e.Action == "pass" || e.Action == "skip"):
		r.closing(k)
	case e.Test == "" && e.Action == "fail":
		r.broken(e.Package)
	case e.Action == "pass":
		r.passed++
		delete(r.lines, k)
	case e.Action == "fail":
		r.failed++
		r.flush(k)
	case e.Action == "skip":
		r.skipped++
		r.flush(k)
	}
}

// closing prints a package's last line ("ok …" or "? …") alone.
func (r *report) closing(k key) {
	if l := r.lines[k]; len(l) > 0 {
		fmt.Fprint(r.w, l[len(l)-1])
	}
	delete(r.lines, k)
}

// broken prints what is left of a failed package: tests that a panic or the time limit cut off, then its own lines.
func (r *report) broken(pkg string) {
	for k := range r.lines {
		if k.pkg == pkg && k.test != "" {
			r.flush(k)
		}
	}
	r.flush(key{pkg, ""})
}

func (r *report) flush(k key) {
	fmt.Fprint(r.w, strings.Join(r.lines[k], ""))
	delete(r.lines, k)
}

func (r *report) close() {
	fmt.Fprintf(r.w, "%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
	if r.skipped > 0 {
		fmt.Fprintln(r.w, "A skipped test counts as failed: .ci/test brings everything that tests need.")
	}
}
