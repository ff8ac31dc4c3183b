package portal_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"cloudpocket/portal"
	"cloudpocket/store"
)

func picture(t *testing.T, encode func(io.Writer, image.Image) error) string {
	t.Helper()
	var b bytes.Buffer
	must(t, encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))))
	return b.String()
}

// compound is as much of an old Office file as tells what it is.
func compound(stream string) string {
	return "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600) + utf16le(stream)[2:] + "\x00\x00"
}

func utf16le(s string) string {
	b := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func zipOf(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.Create(name)
		must(t, err)
		_, err = io.WriteString(f, "content of "+name)
		must(t, err)
	}
	must(t, w.Close())
	return b.String()
}

// contents are valid files by what they are.
func contents(t *testing.T) map[string]string {
	return map[string]string{
		"pdf":   "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
		"xml":   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DOC/>",
		"sjis":  "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>\n<DOC>\x95\xf1\x8f\x56\x87\x40</DOC>",
		"html":  "<!DOCTYPE html><html><script>alert(1)</script></html>",
		"jpeg":  picture(t, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }),
		"png":   picture(t, png.Encode),
		"gif":   picture(t, func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) }),
		"text":  "報酬月額\r\n健康保険\n",
		"cp932": "\x95\xf1\x8f\x56\x8c\x8e\x8a\x7a,\xfa\xb1\x96\xd8\r\n",
		"utf16": "\xff\xfe\x31\x58",
		"half":  "abc\x81",
		"nul":   "a\x00b",
		"docx":  zipOf(t, "[Content_Types].xml", "word/document.xml"),
		"xlsx":  zipOf(t, "[Content_Types].xml", "xl/workbook.xml"),
		"zip":   zipOf(t, "a.xml"),
		"doc":   compound("WordDocument"),
		"xls":   compound("Workbook"),
		"msi":   compound("Property"),
		"open":  "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>",
		"xhtml": "<?xml version=\"1.0\"?><html><script/></html>",
		"xml16": utf16le("<?xml version=\"1.0\" encoding=\"UTF-16\"?><文書>報酬</文書>"),
		"bin16": "\xff\xfe\x00\x00MZ\x90\x00",
		"exe":   "MZ\x90\x00" + strings.Repeat("\x00", 100),
		"cut":   zipOf(t, "a.xml")[:20],
		"empty": "",
	}
}

func TestStageRules(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	all := contents(t)
	good := map[string][]string{
		"a.pdf": {"pdf"}, "a.xml": {"xml", "sjis", "xml16"}, "a.jpeg": {"jpeg"}, "a.JPG": {"jpeg"}, "a.gif": {"gif"}, "a.png": {"png"},
		"a.txt": {"text", "cp932", "utf16", "xml", "sjis", "html", "open", "xhtml", "xml16"}, "a.csv": {"text", "cp932", "utf16", "xml", "sjis", "html", "open", "xhtml", "xml16"},
		"a.conf": {"text", "cp932", "utf16", "xml", "sjis", "html", "open", "xhtml", "xml16"}, "a.log": {"text", "cp932", "utf16", "xml", "sjis", "html", "open", "xhtml", "xml16"},
		"a.docx": {"docx"}, "a.doc": {"doc"}, "a.xlsx": {"xlsx"}, "a.xls": {"xls"}, "a.zip": {"zip", "docx", "xlsx"},
	}
	// A PDF this small is text as well, and a text file may say anything.
	for _, name := range []string{"a.txt", "a.csv", "a.conf", "a.log"} {
		good[name] = append(good[name], "pdf")
	}
	for name, kinds := range good {
		ok := map[string]bool{}
		for _, kind := range kinds {
			ok[kind] = true
		}
		for kind, content := range all {
			t.Run(name+"/"+kind, func(t *testing.T) {
				before := w.blobs(t)
				_, err := w.Stage(t.Context(), boss, name, strings.NewReader(content))
				if (err == nil) != ok[kind] {
					t.Errorf("staging %s as %s: %v", kind, name, err)
				}
				if err != nil && store.KindOf(err) != store.Invalid {
					t.Errorf("refused with %v, want invalid", err)
				}
				if err != nil && w.blobs(t) > before {
					t.Error("what was refused is still there")
				}
			})
		}
	}
}

func TestStageRefusesNames(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	for _, name := range []string{"", "a", "a.exe", "a.pdf.exe", ".pdf", "a.html", "a.svg", "a.xhtml", "a.pdf\u202e", "..", "/", "a.txt/"} {
		if f, err := w.Stage(t.Context(), boss, name, strings.NewReader("text")); err == nil {
			t.Errorf("%q was staged: %+v", name, f)
		}
	}
}

func TestStageSize(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	limit := strings.Repeat("a", portal.MaxFileSize)
	if _, err := w.Stage(t.Context(), boss, "a.txt", strings.NewReader(limit)); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
	_, err := w.Stage(t.Context(), boss, "a.txt", strings.NewReader(limit+"a"))
	if store.KindOf(err) != store.TooLarge {
		t.Errorf("a byte more answers %v", err)
	}
}

// TestStageBroken demands that an upload that breaks off leaves nothing behind.
func TestStageBroken(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	broken := errors.New("the line is cut")
	_, err := w.Stage(t.Context(), boss, "a.txt", io.MultiReader(strings.NewReader("some text"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("broken upload answers %v", err)
	}
	if n := w.blobs(t); n != 0 {
		t.Errorf("%d blobs are left", n)
	}
}

func TestPublishRefusals(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
	other := w.add(t, "other", who{tenant: "b", permissions: store.PermitAll})
	file := w.stage(t, boss, "a.txt", "a")
	good := portal.Draft{Title: "題", Kind: "other", Files: []portal.StagedFile{file}, Offices: []store.ID{"x1"}, Deliver: true}
	rows := map[string]func(*portal.Draft){
		"no title":             func(d *portal.Draft) { d.Title = " " },
		"title with a newline": func(d *portal.Draft) { d.Title = "a\nb" },
		"title turned around":  func(d *portal.Draft) { d.Title = "a\u202eb" },
		"long title":           func(d *portal.Draft) { d.Title = strings.Repeat("あ", 201) },
		"unknown kind":         func(d *portal.Draft) { d.Kind = "secret" },
		"no files":             func(d *portal.Draft) { d.Files = nil },
		"no offices":           func(d *portal.Draft) { d.Offices = nil },
		"unknown office":       func(d *portal.Draft) { d.Offices = []store.ID{"x1", "nowhere"} },
		"another firm's file":  func(d *portal.Draft) { d.Files = []portal.StagedFile{w.stage(t, other, "b.txt", "b")} },
		"a file never staged":  func(d *portal.Draft) { d.Files = []portal.StagedFile{{}} },
	}
	for name, spoil := range rows {
		d := good
		spoil(&d)
		before := w.head(t, "a")
		if _, err := w.Publish(t.Context(), boss, d); store.KindOf(err) != store.Invalid {
			t.Errorf("%s answers %v", name, err)
		}
		if w.head(t, "a") != before {
			t.Errorf("%s left something behind", name)
		}
	}
}

func TestFactsAreDistinct(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	tr := w.trove(t)
	steps := []struct {
		do                           func() error
		viewed, downloaded, received bool
	}{
		{func() error { _, err := w.View(t.Context(), client, tr.x1); return err }, true, false, false},
		{func() error {
			_, b, err := w.Download(t.Context(), client, tr.x1, tr.file)
			if err == nil {
				b.Close()
			}
			return err
		}, true, true, false},
		{func() error { return w.Acknowledge(t.Context(), client, tr.x1) }, true, true, true},
	}
	for i, s := range steps {
		must(t, s.do())
		boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
		list, err := w.Receipts(t.Context(), boss, tr.document, store.Page{})
		must(t, err)
		if len(list.Items) != 1 {
			t.Fatalf("%d receipts, want the client's alone", len(list.Items))
		}
		r := list.Items[0]
		if got := [3]bool{!r.ViewedAt.IsZero(), !r.DownloadedAt.IsZero(), !r.AcknowledgedAt.IsZero()}; got != [3]bool{s.viewed, s.downloaded, s.received} {
			t.Errorf("after step %d the receipt says %v", i+1, got)
		}
	}
	if _, err := w.setup.VerifyAudit(t.Context(), "a"); err != nil {
		t.Errorf("the audit chain: %v", err)
	}
}

// TestStaffLeavesNoReceipt demands that the firm's own looking is not taken for the client's.
func TestStaffLeavesNoReceipt(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
	_, err := w.View(t.Context(), boss, tr.x1)
	must(t, err)
	list, err := w.Receipts(t.Context(), boss, tr.document, store.Page{})
	must(t, err)
	if len(list.Items) != 0 {
		t.Errorf("receipts %+v", list.Items)
	}
	if err := w.Acknowledge(t.Context(), boss, tr.x1); store.KindOf(err) != store.Denied {
		t.Errorf("the firm could acknowledge: %v", err)
	}
}
