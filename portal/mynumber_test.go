package portal_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// myNumber has the right check digit; it is the number that official examples use.
const myNumber = "123456789018"

func archive(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write([]byte(files[name]))
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// TestMyNumberIsNoted wherever a package has text.
func TestMyNumberIsNoted(t *testing.T) {
	const cover = "<DOC><BODY><TITLE>通知</TITLE></BODY></DOC>"
	cp932, err := japanese.ShiftJIS.NewEncoder().String("氏名,番号\r\n見本 一郎," + myNumber + "\r\n")
	must(t, err)
	old, err := japanese.ShiftJIS.NewEncoder().String(`<?xml version="1.0" encoding="Shift_JIS"?><!DOCTYPE a><a><番号>` + myNumber + "</番号></a>")
	must(t, err)
	sheet := func(body string) string {
		return `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">` + body + `</xsl:template></xsl:stylesheet>`
	}
	for _, row := range []struct{ name, file, content string }{
		{"a text of XML", "1.xml", "<a><番号>１２３４５６７８９０１８</番号></a>"},
		{"an attribute", "1.xml", `<a 番号="` + myNumber + `"/>`},
		{"a comment", "1.xml", "<a><!-- 1234-5678-9018 --></a>"},
		{"an instruction", "1.xml", "<a><?note 1234 5678 9018?></a>"},
		{"a stylesheet's text", "1.xsl", sheet("<p>" + myNumber + "</p>")},
		{"a stylesheet's attribute", "1.xsl", sheet(`<p title="` + myNumber + `"/>`)},
		{"XML with a document type", "1.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>" + myNumber + "</a>"},
		{"the same in CP932", "1.xml", old},
		{"broken XML", "1.xml", "<a>" + myNumber},
		{"broken XML of no encoding", "1.xml", "<?xml version=\"1.0\"?><a>\xff\xfd\x81" + myNumber},
		{"a text", "1.txt", "番号は1234 - 5678 - 9018です"},
		{"a table in CP932", "1.csv", cp932},
		{"a text in UTF-16", "1.txt", "\xff\xfe" + strings.Join(strings.Split(myNumber, ""), "\x00") + "\x00"},
		{"a data file", "SHFD0006.DTA", "22223,01," + myNumber + "\r\n"},
		{"a file's name", myNumber + ".txt", "なし"},
		{"a folder's name", "1234-5678-9018/a.txt", "なし"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			got := w.drop(t, theBoss(), "a.zip", archive(t, map[string]string{"0.xml": cover, row.file: row.content}))
			if len(got.MyNumbers) != 1 || strings.Contains(got.MyNumbers[0], myNumber) {
				t.Errorf("it is %s (%v), noted are %q", got.State, got.Reason, got.MyNumbers)
			}
			clean := strings.NewReplacer(myNumber, "123456789012", "9018", "9012", "９０１８", "９０１２", "8\x00", "2\x00").Replace
			if got := w.drop(t, theBoss(), "b.zip", archive(t, map[string]string{"0.xml": cover, clean(row.file): clean(row.content)})); len(got.MyNumbers) > 0 {
				t.Errorf("with another check digit, noted are %q", got.MyNumbers)
			}
		})
	}
}

// TestMyNumberInNames is said in no reason and no list.
func TestMyNumberInNames(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	ctx := t.Context()
	first := w.drop(t, theBoss(), myNumber+".csv", []byte("a,b\n"))
	if len(first.MyNumbers) != 1 {
		t.Errorf("noted are %q", first.MyNumbers)
	}
	for name, pkg := range map[string]portal.TrayItem{
		"the same again":      w.drop(t, theBoss(), "another.csv", []byte("a,b\n")),
		"no rule allows it":   w.drop(t, theBoss(), myNumber+".exe", []byte("a")),
		"refused in a ZIP":    w.drop(t, theBoss(), "c.zip", archive(t, map[string]string{"../" + myNumber + ".xml": "<a/>"})),
		"the number, refused": w.drop(t, theBoss(), "1234-5678-9018.zip", []byte("PK\x03\x04")),
	} {
		item, err := w.PackageOf(ctx, theBoss(), pkg.ID)
		must(t, err)
		if said := fmt.Sprint(item.Reason, item.Name, item.Title, item.MyNumbers); item.Reason.Key == "" || strings.Contains(said, myNumber) || strings.Contains(said, "1234-5678-9018") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// TestNoMyNumber is in digits of two fields, or in a longer number.
func TestNoMyNumber(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	got := w.drop(t, theBoss(), "202609010123456789.zip", archive(t, map[string]string{
		"202601010000000001.xml": "<DOC><BODY><TITLE>番号</TITLE></BODY></DOC>",
		"7130001.xml":            `<N7130001 a="123456" b="789018"><a>123456</a><b>789018</b></N7130001>`,
		"read.txt":               "到達番号 202601123456789018",
		"list.csv":               "1234,5678,9018\r\n",
	}))
	if got.State != store.PackageUnplaced || len(got.MyNumbers) > 0 {
		t.Errorf("it is %s, noted are %q", got.State, got.MyNumbers)
	}
}

// TestPublishedMyNumber is looked at by a person before it goes out.
func TestPublishedMyNumber(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	cp932, err := japanese.ShiftJIS.NewEncoder().String("氏名,番号\r\n見本 一郎," + myNumber + "\r\n")
	must(t, err)
	for _, row := range []struct {
		name, file, content string
		noted               string
	}{
		{"a text", "a.txt", "1234-5678-9018", "a.txt"},
		{"a table in CP932", "a.csv", cp932, "a.csv"},
		{"XML", "a.xml", `<a 番号="` + myNumber + `"/>`, "a.xml"},
		{"a name", myNumber + ".txt", "なし", "************.txt"},
		{"nothing", "a.txt", "123456789012", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			document, delivery := w.hand(t, portal.Draft{Title: "題名", Kind: "other", Offices: []store.ID{"x1"}, Deliver: true,
				Files: []portal.StagedFile{w.stage(t, theBoss(), row.file, row.content)}})
			d, err := w.DeskDocument(t.Context(), theBoss(), document)
			must(t, err)
			want := store.DeliveryDelivered
			if row.noted != "" {
				want = store.DeliveryDraft
			}
			if got := strings.Join(d.Document.Origin.MyNumbers, " "); got != row.noted || d.Deliveries[0].State != want {
				t.Errorf("noted are %q, and it is %s", got, d.Deliveries[0].State)
			}
			if row.noted == "" {
				return
			}
			if n, err := w.Deliver(t.Context(), theBoss(), document); n != 1 || err != nil || delivery == "" {
				t.Errorf("looked at, %d are delivered: %v", n, err)
			}
		})
	}
}

// TestHeldForAPerson has an API client deliver what it published and somebody has to look at.
func TestHeldForAPerson(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	machine := w.client(t, store.APIClient{Scopes: store.ScopeDocuments, Offices: store.OfficeScope{All: true}}, store.ScopeDocuments)
	f, err := w.Stage(t.Context(), machine, "a.txt", strings.NewReader(myNumber))
	must(t, err)
	id, err := w.Publish(t.Context(), machine, portal.Draft{Title: "x", Kind: "other", Files: []portal.StagedFile{f}, Offices: []store.ID{"x1"}, Deliver: true})
	must(t, err)
	var e *store.Error
	if _, err := w.Deliver(t.Context(), machine, id); !errors.As(err, &e) || e.Kind != store.Conflict || e.Key != "error.deliver_held" {
		t.Errorf("a machine delivers it: %v", err)
	}
	if n, err := w.Deliver(t.Context(), theBoss(), id); n != 1 || err != nil {
		t.Errorf("a person delivers %d: %v", n, err)
	}
}

// TestMyNumberInPDF is found after sorting or publishing, in its own time.
func TestMyNumberInPDF(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	ctx := t.Context()
	busy := true
	w.PDFText = func(ctx context.Context, c portal.Content) ([]string, bool, error) {
		if busy {
			return nil, false, store.Fail(store.Unavailable, "error.preview_busy", "busy")
		}
		blob, err := c.Open(ctx)
		if err != nil {
			return nil, false, err
		}
		defer blob.Close()
		b, err := io.ReadAll(blob)
		switch {
		case bytes.Contains(b, []byte("DAMAGED")):
			return nil, false, store.Fail(store.Invalid, "error.preview_damaged", "damaged")
		case bytes.Contains(b, []byte("PICTURE")):
			return []string{"", " "}, true, err
		case bytes.Contains(b, []byte("HELD")):
			return []string{"none", "番号 1234 5678 9018"}, true, err
		}
		return []string{"none"}, true, err
	}
	pdf := func(says string) string { return string(egovtest.PDF("a")) + "\n%" + says + "\n" }
	held := w.drop(t, theBoss(), "a.zip", archive(t, map[string]string{"0.xml": "<DOC><BODY><TITLE>通知</TITLE></BODY></DOC>", "h.pdf": pdf("HELD"),
		"p.pdf": pdf("PICTURE"), "d.pdf": pdf("DAMAGED"), "n.pdf": pdf("NONE")}))
	document, _ := w.hand(t, portal.Draft{Title: "題名", Kind: "other", Offices: []store.ID{"x1"}, Deliver: true,
		Files: []portal.StagedFile{w.stage(t, theBoss(), "a.pdf", pdf("HELD"))}})
	tasks := func() []store.Task {
		all, err := w.Records.Queue().Lease(ctx, []store.TaskKind{store.TaskNumbers}, 9, w.now, w.now)
		must(t, err)
		return all
	}
	for _, task := range tasks() {
		if err := w.LookForNumbers(ctx, task); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("while the reader is busy: %v", err)
		}
	}
	busy = false
	w.now = w.now.Add(time.Second)
	all := tasks()
	for _, task := range all {
		must(t, w.LookForNumbers(ctx, task))
	}
	if left := tasks(); len(all) != 2 || len(left) > 0 {
		t.Errorf("%d tasks, %d are left", len(all), len(left))
	}
	item, err := w.PackageOf(ctx, theBoss(), held.ID)
	must(t, err)
	if len(held.MyNumbers) > 0 || len(held.Origin.Unread) != 4 || !slices.Equal(item.MyNumbers, []string{"h.pdf"}) || !slices.Equal(item.Origin.Unread, []string{"d.pdf", "p.pdf"}) {
		t.Errorf("before %q unread, then %q, unread %q", held.Origin.Unread, item.MyNumbers, item.Origin.Unread)
	}
	alerts, err := w.Alerts(ctx, theBoss())
	must(t, err)
	if len(alerts.Numbers) != 1 || alerts.Numbers[0].Document != document {
		t.Errorf("the firm is told of %+v", alerts.Numbers)
	}
	for _, e := range w.audit(t, "a") {
		if e.Deed == store.DeedNumbers && strings.Contains(fmt.Sprint(e), "9018") {
			t.Errorf("the audit says %+v", e)
		}
	}
}

// TestMyNumberInReason is kept neither with a withdrawal nor in the audit.
func TestMyNumberInReason(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	document, delivery := w.hand(t, w.draft(t, "題名", "a.txt"))
	must(t, w.Withdraw(t.Context(), theBoss(), delivery, "番号 1234-5678-9018 の誤配付"))
	d, err := w.DeskDocument(t.Context(), theBoss(), document)
	must(t, err)
	if got := d.Deliveries[0].Reason; got != "番号 ************ の誤配付" || strings.Contains(fmt.Sprint(w.audit(t, "a")), "9018") {
		t.Errorf("the reason is %q, the audit %+v", got, w.audit(t, "a"))
	}
}
