package egov_test

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

// Archives of other writers are read: the rules refuse what lies, not what is merely another's habit.
func TestArchivesOfOtherWriters(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, files map[string]string) []byte
	}{
		{"the standard library", standardZIP},
		{"ZIP64 end records", func(_ *testing.T, files map[string]string) []byte { return egovtest.WideEnd(zipOf(files)) }},
		{"Info-ZIP", infoZIP("p.zip")},
		{"Info-ZIP, ZIP64", infoZIP("p.zip", "-fz")},
		{"Info-ZIP, UTF-8 names", infoZIP("p.zip", "-UN=UTF8")},
		{"Info-ZIP to a pipe", infoZIP("-")},
		{"Info-ZIP to a pipe, stored", infoZIP("-", "-0")},
	}
	files := map[string]string{"202601010000000001.xml": "<DOC><BODY/></DOC>", "鑑.xsl": "<x/>", "空.txt": ""}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := tt.make(t, files)
			p, err := egov.Open("p.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			for name, content := range files {
				if f := p.File(name); f == nil || string(f.Data) != content {
					t.Errorf("%s: %+v", name, f)
				}
			}
		})
	}
}

func standardZIP(t *testing.T, files map[string]string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SetComment("注釈"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// infoZIP packs with the zip command: to a file, or to a pipe ("-"), where it cannot go back.
func infoZIP(to string, args ...string) func(*testing.T, map[string]string) []byte {
	return func(t *testing.T, files map[string]string) []byte {
		if _, err := exec.LookPath("zip"); err != nil {
			t.Fatal("zip is not there; .ci/test installs it")
		}
		dir := t.TempDir()
		var names []string
		for name, content := range files {
			names = append(names, name)
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command("zip", slices.Concat([]string{"-q"}, args, []string{to}, names)...)
		cmd.Dir = dir
		out, err := cmd.Output()
		if err == nil && to != "-" {
			out, err = os.ReadFile(filepath.Join(dir, to))
		}
		if err != nil {
			t.Fatalf("zip: %v", err)
		}
		return out
	}
}
