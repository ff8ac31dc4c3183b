package egovtest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
)

func TestSameSeedSameBytes(t *testing.T) {
	make := func() []byte {
		var all []byte
		g := New(5)
		g.SignWith(NewAuthority(3))
		for _, s := range Shapes() {
			all = append(all, g.Package(s, Options{Signed: true}).Data...)
		}
		return all
	}
	if !bytes.Equal(make(), make()) {
		t.Error("two runs differ")
	}
	a, b := New(1).Package(Pension, Options{}), New(2).Package(Pension, Options{})
	if bytes.Equal(a.Data, b.Data) {
		t.Error("two seeds make the same")
	}
}

// The honest archives are ZIPs for others too, and their XML is well-formed.
func TestHonestArchives(t *testing.T) {
	g := New(1)
	for _, shape := range Shapes() {
		t.Run(string(shape), func(t *testing.T) {
			p := g.Package(shape, Options{})
			if !strings.HasSuffix(p.Name, ".zip") {
				return
			}
			for name, data := range unzip(t, p.Data) {
				if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".xsl") {
					wellFormed(t, name, data)
				}
			}
		})
	}
}

func unzip(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name], err = io.ReadAll(in)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
	}
	return files
}

func wellFormed(t *testing.T, name string, data []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// The stylesheets show what the documents say, in the eyes of libxslt.
func TestStylesheetsRender(t *testing.T) {
	if _, err := exec.LookPath("xsltproc"); err != nil {
		t.Fatal("xsltproc is not there; .ci/test installs it")
	}
	g := New(1)
	for _, f := range Forms() {
		t.Run(f.Code, func(t *testing.T) {
			o, persons := g.Office(), g.Persons(7)
			html := render(t, f.stylesheet(), f.notice(o, persons, g.arrival(), g.day))
			for _, want := range []string{o.Name, o.Number, f.Title, persons[0].Name, persons[6].Name, "1 / 2", "2 / 2", "令和8年6月"} {
				if !strings.Contains(html, want) {
					t.Errorf("no %q", want)
				}
			}
			if strings.Contains(html, "NaN") {
				t.Error("a number is missing")
			}
		})
	}
	t.Run("cover", func(t *testing.T) {
		p := g.Package(Several, Options{})
		html := render(t, coverStylesheet(), unzip(t, p.Data)[p.Arrival+".xml"])
		for _, want := range []string{p.Number, p.Title, p.Office.Name, `href="7200001.xml"`} {
			if !strings.Contains(html, want) {
				t.Errorf("no %q", want)
			}
		}
	})
	t.Run("returned", func(t *testing.T) {
		if html := render(t, returnedStylesheet(), returned(g.Office(), g.day)); !strings.Contains(html, "再提出期限") {
			t.Error("no deadline")
		}
	})
}

func render(t *testing.T, stylesheet, doc []byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string][]byte{"s.xsl": stylesheet, "d.xml": doc} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("xsltproc", "--nonet", filepath.Join(dir, "s.xsl"), filepath.Join(dir, "d.xml")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !bytes.Contains(bytes.ToLower(stylesheet), []byte(`encoding="shift_jis"`)) {
		return string(out)
	}
	utf8, err := japanese.ShiftJIS.NewDecoder().Bytes(out) // libxslt obeys the stylesheet
	if err != nil {
		t.Fatal(err)
	}
	return string(utf8)
}
