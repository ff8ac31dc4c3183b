package egov_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

// zipOf packs files, by name.
func zipOf(files map[string]string) []byte {
	var entries []egovtest.Entry
	for _, name := range slices.Sorted(maps.Keys(files)) {
		entries = append(entries, egovtest.Entry{Name: []byte(name), Data: []byte(files[name]), UTF8: true})
	}
	return egovtest.Archive(entries...)
}

func openFiles(t testing.TB, files map[string]string) *egov.Package {
	t.Helper()
	data := zipOf(files)
	p, err := egov.Open("p.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPackagesOfAnUpload(t *testing.T) {
	const cover, text, pdf = "<DOC><BODY/></DOC>", "text", "%PDF-1.4"
	inner := string(zipOf(map[string]string{"a.xml": cover}))
	two := string(zipOf(map[string]string{"x/a.xml": cover, "y/a.xml": cover}))
	tests := []struct {
		name  string
		files map[string]string
		want  []string // path: files
	}{
		{"flat", map[string]string{"a.xml": cover, "a.pdf": pdf, "s.xsl": "<x/>"}, []string{"u.zip: a.xml s.xsl a.pdf"}},
		{"a folder", map[string]string{"f/a.xml": cover, "f/sub/a.pdf": pdf}, []string{"u.zip!/f: a.xml sub/a.pdf"}},
		{"a text beside a folder", map[string]string{"f/a.xml": cover, "read.txt": text}, []string{"u.zip!/f: a.xml read.txt"}},
		{"a text of the same name", map[string]string{"f/a.xml": cover, "f/read.txt": text, "read.txt": text}, []string{"u.zip!/f: a.xml read.txt read (2).txt"}},
		{"a PDF beside a folder is its own", map[string]string{"f/a.xml": cover, "b.pdf": pdf}, []string{"u.zip: b.pdf", "u.zip!/f: a.xml"}},
		{"two folders", map[string]string{"f/a.xml": cover, "g/a.xml": cover}, []string{"u.zip!/f: a.xml", "u.zip!/g: a.xml"}},
		{"folders of PDFs", map[string]string{"f/1.pdf": pdf, "f/2.pdf": pdf, "g/3.pdf": pdf}, []string{"u.zip!/f: 1.pdf 2.pdf", "u.zip!/g: 3.pdf"}},
		{"PDFs of two 到達番号", map[string]string{"202601010000000001-1.pdf": pdf, "202601010000000001-2.pdf": pdf, "202601010000000002.pdf": pdf},
			[]string{"u.zip: 202601010000000001-1.pdf 202601010000000001-2.pdf", "u.zip: 202601010000000002.pdf"}},
		{"one ZIP with a text", map[string]string{"n.zip": inner, "返戻.txt": text}, []string{"u.zip!/n.zip: a.xml 返戻.txt"}},
		{"one ZIP with a PDF", map[string]string{"n.zip": inner, "b.pdf": pdf}, []string{"u.zip: b.pdf", "u.zip!/n.zip: a.xml"}},
		{"one ZIP of two with a text", map[string]string{"n.zip": two, "r.txt": text}, []string{"u.zip!/n.zip!/x: a.xml", "u.zip!/n.zip!/y: a.xml", "u.zip: r.txt"}},
		{"two ZIPs with a text", map[string]string{"m.zip": inner, "n.zip": inner, "r.txt": text}, []string{"u.zip: r.txt", "u.zip!/m.zip: a.xml", "u.zip!/n.zip: a.xml"}},
		{"litter", map[string]string{"f/a.xml": cover, "__MACOSX/f/._a.xml": "x", "f/.DS_Store": "x", "f/Thumbs.db": "x"}, []string{"u.zip!/f: a.xml"}},
		{"one refused", map[string]string{"m.zip": "PK", "n.zip": inner}, []string{"refused (not_archive) u.zip!/m.zip", "u.zip!/n.zip: a.xml"}},
		{"a text beside one refused", map[string]string{"m.zip": "PK", "r.txt": text}, []string{"refused (not_archive) u.zip!/m.zip", "u.zip: r.txt"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := zipOf(tt.files)
			var got []string
			for p, err := range egov.Packages("u.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{}) {
				if err != nil {
					r := err.(*egov.Refusal)
					got = append(got, "refused ("+string(r.Reason)+") "+r.Entry)
					continue
				}
				var names []string
				for _, f := range p.Files {
					names = append(names, f.Name)
				}
				got = append(got, p.Path+": "+strings.Join(names, " "))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A reader that stops takes no more.
func TestPackagesStops(t *testing.T) {
	g := egovtest.New(1)
	data := egovtest.Upload(g.Package(egovtest.Pension, egovtest.Options{}), g.Package(egovtest.Returned, egovtest.Options{}), g.Package(egovtest.Labour, egovtest.Options{}))
	for stop := 1; stop <= 3; stop++ {
		n := 0
		for range egov.Packages("u.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{}) {
			if n++; n == stop {
				break
			}
		}
		if n != stop {
			t.Errorf("%d packages, stopped at %d", n, stop)
		}
	}
}

func TestNamesInArchives(t *testing.T) {
	tests := []struct {
		name  string
		entry egovtest.Entry
		want  string
	}{
		{"CP932", egovtest.Entry{Name: []byte("\x8a\xd3.txt")}, "鑑.txt"},
		{"CP932 with a backslash inside a character", egovtest.Entry{Name: []byte("\x95\x5c.txt")}, "表.txt"},
		{"CP932 beyond JIS", egovtest.Entry{Name: []byte("\xfb\xfc\x87\x40.txt")}, "髙①.txt"},
		{"half-width kana that are UTF-8 too", egovtest.Entry{Name: []byte("\xc3\xb1.txt")}, "ﾃｱ.txt"},
		{"UTF-8 flagged", egovtest.Entry{Name: []byte("鑑.txt"), UTF8: true}, "鑑.txt"},
		{"UTF-8 unflagged", egovtest.Entry{Name: []byte("鑑.txt")}, "鑑.txt"},
		{"decomposed", egovtest.Entry{Name: []byte("か\u3099.txt")}, "が.txt"},
		{"bare descriptor", egovtest.Entry{Name: []byte("a.txt"), Descriptor: true, Bare: true}, "a.txt"},
		{"stored with descriptor", egovtest.Entry{Name: []byte("a.txt"), Descriptor: true, Stored: true}, "a.txt"},
		{"Unicode path field", unicodePath("\x88\xc4.txt", "案内.txt"), "案内.txt"},
		{"Unicode path field of another name", unicodePathOf("b.txt", "a.txt", "案内.txt"), "a.txt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.entry.Data = []byte("text")
			data := egovtest.Archive(tt.entry)
			p, err := egov.Open("u.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if p.Files[0].Name != tt.want || string(p.Files[0].Data) != "text" {
				t.Errorf("%q", p.Files[0].Name)
			}
		})
	}
}

func unicodePath(raw, name string) egovtest.Entry { return unicodePathOf(raw, raw, name) }

// unicodePathOf has the Info-ZIP field for the raw name of, which may be another than the entry's.
func unicodePathOf(of, raw, name string) egovtest.Entry {
	field := append([]byte{1}, binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(of)))...)
	field = append(field, name...)
	extra := binary.LittleEndian.AppendUint16([]byte{0x75, 0x70}, uint16(len(field)))
	return egovtest.Entry{Name: []byte(raw), Extra: append(extra, field...)}
}
