package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"cloudpocket/portal/api/client"
	"cloudpocket/portal/api/gen"
)

// journal is what a run was told about its packages: a line for each.
type journal struct {
	*os.File
	known  map[string]bool
	failed error
}

// openJournal opens the notes of a run and reads what is known. A line that broke off is not known: its package is sent again.
func openJournal(name string) (*journal, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	j := &journal{File: f, known: map[string]bool{}}
	whole, rest := b, ""
	if i := strings.LastIndexByte(string(b), '\n'); i+1 < len(b) {
		whole, rest = b[:i+1], "\n"
	}
	for line := range strings.Lines(string(whole)) {
		if file, _, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			j.known[file] = true
		}
	}
	_, err = f.WriteString(rest)
	return j, err
}

// note keeps what became of a package. One that the service had a problem with is tried in the next run again.
func (j *journal) note(f client.File, r gen.PackageResult) {
	if r.Problem != nil {
		return
	}
	if _, err := fmt.Fprintf(j, "%s\t%s\t%s\n", f.Name, r.Package.Id, r.Package.State); err != nil && j.failed == nil {
		j.failed = fmt.Errorf("note what was pushed: %w", err)
	}
}
