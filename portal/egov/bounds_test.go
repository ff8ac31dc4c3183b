package egov_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

// Documents that name more than any office does are read as far as the limits; what would grow with the square of their
// size does not.
func TestBoundsOfDocuments(t *testing.T) {
	t.Run("links", func(t *testing.T) {
		files := map[string]string{"c.xml": "<DOC><BODY>" + strings.Repeat(`<DOCLINK REF="nothing.xml"/>`, 20_000) + "</BODY></DOC>"}
		for i := range 500 {
			files[fmt.Sprintf("%d.txt", i)] = "x"
		}
		if got := len(openFiles(t, files).Cover().Links); got != 1000 {
			t.Errorf("%d links", got)
		}
	})
	t.Run("offices", func(t *testing.T) {
		var b strings.Builder
		for i := range 5000 {
			fmt.Fprintf(&b, "<a><被保険者氏名>x</被保険者氏名><事業所番号>%05d</事業所番号></a>", i)
		}
		n, _ := readNotice(t, "a.xml", "<N7100001>"+b.String()+"</N7100001>")
		if len(n.Codes) != 100 || len(n.Persons) != 5000 {
			t.Errorf("%d offices, %d persons", len(n.Codes), len(n.Persons))
		}
	})
	t.Run("namespaces", func(t *testing.T) {
		var b strings.Builder
		for i := range 100 {
			fmt.Fprintf(&b, ` xmlns:n%d="u"`, i)
		}
		v := egov.Verify([]byte("<DOC"+b.String()+"><BODY/></DOC>"), nil, nil, receipt())
		if v.Status != egov.Suspect || v.Doubt != egov.DoubtShape {
			t.Errorf("%s (%s)", v.Status, v.Doubt)
		}
	})
	t.Run("words of a cover", func(t *testing.T) {
		c := readCoverXML(t, "<MAINTXT><P>"+strings.Repeat("あ", 100_000)+"労働保険番号：13101123456000</P></MAINTXT>")
		if c.Codes != nil || len(c.Paragraphs) != 1 {
			t.Errorf("%v", c.Codes)
		}
	})
}

// All XML of a package has one budget: what is over it is refused by name, and never read in part.
func TestXMLOfPackage(t *testing.T) {
	doc := func(name string) egovtest.Entry {
		return egovtest.Entry{Name: []byte(name), Data: []byte("<a><b/><c/></a>")}
	}
	archive := func(names ...string) []byte {
		var entries []egovtest.Entry
		for _, name := range names {
			entries = append(entries, doc(name))
		}
		return egovtest.Archive(entries...)
	}
	for _, tt := range []struct {
		name, upload string
		data         []byte
		limits       egov.Limits
		entry        string // of the refusal; empty: none
	}{
		{"two", "x.zip", archive("a.xml", "b.xml"), egov.Limits{Nodes: 8}, ""},
		{"a node too many", "x.zip", archive("a.xml", "b.xml"), egov.Limits{Nodes: 7}, "x.zip!/b.xml"},
		{"a byte too many", "x.zip", archive("a.xml", "b.xml"), egov.Limits{Text: 29}, "x.zip!/b.xml"},
		{"in a folder", "x.zip", archive("d/a.xml", "d/b.xml"), egov.Limits{Nodes: 7}, "x.zip!/d/b.xml"},
		{"beside an archive", "x.zip", egovtest.Archive(egovtest.Entry{Name: []byte("i.zip"), Data: archive("a.xml")}, doc("n.txt")), egov.Limits{Nodes: 7}, "x.zip!/n.txt"},
		{"by itself", "a.xml", doc("a.xml").Data, egov.Limits{Nodes: 3}, "a.xml"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := egov.Open(tt.upload, bytes.NewReader(tt.data), int64(len(tt.data)), tt.limits)
			var r *egov.Refusal
			if errors.As(err, &r) != (tt.entry != "") || r != nil && (r.Reason != egov.RefusedXML || r.Entry != tt.entry) {
				t.Errorf("%v, want a refusal at %q", err, tt.entry)
			}
		})
	}
}

// TestMemoryOfPackage opens fifteen files of the shortest nodes there are, 1.3 MB in a ZIP: it allocates what one of them
// may take, not fifteen times that.
func TestMemoryOfPackage(t *testing.T) {
	var entries []egovtest.Entry
	for i := range 15 {
		var b strings.Builder
		for n := range 1_950_000 {
			b.WriteString("<a/>")
			if n%220 == 0 { // or it would be refused for its ratio
				fmt.Fprint(&b, n*(i+7)%9973)
			}
		}
		entries = append(entries, egovtest.Entry{Name: fmt.Appendf(nil, "%d.xml", i), Data: []byte("<N7130001>" + b.String() + "</N7130001>")})
	}
	data := egovtest.Archive(entries...)
	entries = nil
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	_, err := egov.Open("x.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{})
	runtime.ReadMemStats(&after)
	if !errors.Is(err, &egov.Refusal{Reason: egov.RefusedXML, Entry: "x.zip!/1.xml"}) {
		t.Errorf("%v", err)
	}
	if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 1300 {
		t.Errorf("%d MiB allocated for %d KiB", used, len(data)>>10)
	}
}

// TestLargestNotice reads the largest notice that an office could send: 20,000 persons.
func TestLargestNotice(t *testing.T) {
	g := egovtest.New(3)
	made := g.Package(egovtest.Pension, egovtest.Options{Persons: g.Persons(20_000)})
	p, err := egov.Open(made.Name, bytes.NewReader(made.Data), int64(len(made.Data)), egov.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(p.Summary().Persons); n != 20_000 {
		t.Errorf("%d persons", n)
	}
}

// TestManyBesideFolder has long-named texts beside a package's folder: each is given a name of its own, soon.
func TestManyBesideFolder(t *testing.T) {
	entries := []egovtest.Entry{{Name: []byte("p/a.xml"), Data: []byte("<N7130001/>")}}
	for i := range 1900 {
		entries = append(entries, egovtest.Entry{Name: fmt.Appendf(nil, "%s%d.txt", strings.Repeat("あ", 300), i), Data: []byte("x"), UTF8: true})
	}
	data := egovtest.Archive(entries...)
	start := time.Now()
	p, err := egov.Open("x.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 10*time.Second || len(p.Files) != 1901 {
		t.Errorf("%d files in %s", len(p.Files), took)
	}
}
