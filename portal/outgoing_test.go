package portal_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

func sheet() portal.BulkSheet {
	return portal.BulkSheet{Name: "一覧.csv", Headings: strings.Split("path title kind office delivered arrival file size sha256", " "),
		Kind: func(k string) string { return k }, Day: func(t time.Time) string { return t.Format(time.DateOnly) }}
}

// boss returns who publishes in tenant a.
func theBoss() portal.Actor {
	return portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
}

func (w *world) draft(t *testing.T, title string, names ...string) portal.Draft {
	d := portal.Draft{Title: title, Kind: "other", Offices: []store.ID{"x1"}, Deliver: true}
	for _, name := range names {
		d.Files = append(d.Files, w.stage(t, theBoss(), name, "content of "+title+name))
	}
	return d
}

func (w *world) hand(t *testing.T, d portal.Draft) (document, delivery store.ID) {
	t.Helper()
	document, err := w.Publish(t.Context(), theBoss(), d)
	must(t, err)
	return document, w.deliveries(t, theBoss(), document)["x1"]
}

func TestBulk(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	_, one := w.hand(t, w.draft(t, "=通知書: 4名分", "2026112200000001.txt"))
	_, same := w.hand(t, w.draft(t, "=通知書: 4名分", "2026112200000002.txt"))
	_, many := w.hand(t, w.draft(t, strings.Repeat("長い題名", 40), "con.txt", "CON.txt", strings.Repeat("あ", 90)+".csv"))
	b, err := w.BulkDeliveries(t.Context(), client, []store.ID{one, same, many, one}, sheet())
	must(t, err)
	var out bytes.Buffer
	must(t, b.WriteTo(t.Context(), &out))
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	must(t, err)
	if len(z.File) != 6 || z.File[0].Name != "一覧.csv" || b.Files != 5 {
		t.Fatalf("%d entries, %d files", len(z.File), b.Files)
	}
	seen := map[string]bool{}
	for _, f := range z.File {
		if f.Flags&(1<<11) == 0 || f.Flags&(1<<3) != 0 {
			t.Errorf("%s has the flags %x", f.Name, f.Flags)
		}
		if n := len([]rune(f.Name)); n >= 90 || strings.ContainsAny(f.Name, `:<>"|?*\`) || seen[strings.ToLower(f.Name)] {
			t.Errorf("%s is of %d characters, or taken, or no name", f.Name, n)
		}
		seen[strings.ToLower(f.Name)] = true
		r, err := f.Open()
		must(t, err)
		_, err = io.ReadAll(r) // which checks the sum
		must(t, err)
	}
	if !seen["=通知書_ 4名分_事業所 x1.txt"] || !seen["=通知書_ 4名分_事業所 x1 (2).txt"] {
		t.Errorf("the names are %v", seen)
	}
	r, err := z.File[0].Open()
	must(t, err)
	list, err := io.ReadAll(r)
	must(t, err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(list), "\uFEFF"))).ReadAll()
	must(t, err)
	if len(rows) != 6 || rows[1][1] != "'=通知書: 4名分" || rows[1][6] != "2026112200000001.txt" || !bytes.HasPrefix(list, []byte("\uFEFF")) {
		t.Errorf("the list says %q", rows)
	}
	var downloads int
	for _, e := range w.audit(t, "a") {
		if e.Deed == store.DeedDownload {
			downloads++
		}
	}
	if downloads != 5 {
		t.Errorf("%d downloads were audited", downloads)
	}
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) error {
		for _, id := range []store.ID{one, same, many} {
			r, err := tx.Receipts().Get(t.Context(), "client", id)
			if err != nil || r.DownloadedAt.IsZero() || !r.ViewedAt.IsZero() {
				t.Errorf("the receipt is %+v, %v", r, err)
			}
		}
		return nil
	}))
}

func TestBulkIsRefusedWhole(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	before := w.head(t, "a")
	tooMany := make([]store.ID, portal.MaxBulk+1)
	for i := range tooMany {
		tooMany[i] = store.ID(fmt.Sprint("d", i))
	}
	for name, row := range map[string]struct {
		ids  []store.ID
		want error
	}{
		"nothing":           {nil, store.ErrInvalid},
		"too many":          {tooMany, store.ErrInvalid},
		"another company's": {[]store.ID{tr.x1, tr.y1}, store.ErrNotFound},
		"what is not there": {[]store.ID{tr.x1, "nonesuch"}, store.ErrNotFound},
		"a document's ID":   {[]store.ID{tr.document}, store.ErrNotFound},
	} {
		if _, err := w.BulkDeliveries(t.Context(), client, row.ids, sheet()); !errors.Is(err, row.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after := w.head(t, "a"); after != before {
		t.Error("something was recorded")
	}
}

// TestBulkBreaksVisibly takes a file's bytes away, and the permission, after the archive was begun.
func TestBulkBreaksVisibly(t *testing.T) {
	for name, spoil := range map[string]func(*testing.T, *world, store.ID){
		"lost bytes": func(t *testing.T, w *world, document store.ID) {
			d, err := w.DeskDocument(t.Context(), theBoss(), document)
			must(t, err)
			must(t, w.Blobs.Delete(t.Context(), "a", d.Document.Files[0].Digest))
		},
		"withdrawn": func(t *testing.T, w *world, document store.ID) {
			must(t, w.Withdraw(t.Context(), theBoss(), w.deliveries(t, theBoss(), document)["x1"], "誤り"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
			_, one := w.hand(t, w.draft(t, "一", "1.txt"))
			document, two := w.hand(t, w.draft(t, "二", "2.txt"))
			b, err := w.BulkDeliveries(t.Context(), client, []store.ID{one, two}, sheet())
			must(t, err)
			spoil(t, w, document)
			before := w.head(t, "a")
			var out bytes.Buffer
			if err := b.WriteTo(t.Context(), &out); err == nil {
				t.Error("nothing is said")
			}
			if _, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len())); err == nil {
				t.Error("what was written is a whole archive")
			}
			if w.head(t, "a") != before {
				t.Error("a download was recorded, and nothing went out")
			}
		})
	}
}

func (w *world) persons(t *testing.T, document store.ID) {
	t.Helper()
	must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
		return tx.Persons().Create(t.Context(), document, []store.Person{{Name: "青木 一郎", Kana: "アオキ"}, {Name: "和田 花子"}, {Name: "森 次郎"}})
	}))
}

func TestTell(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	w.persons(t, tr.document)
	ctx := t.Context()
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	other := w.add(t, "other", who{tenant: "a", company: "y", permissions: store.PermitView})
	narrow := w.add(t, "narrow", who{tenant: "a", company: "x", offices: []store.ID{"x2"}, permissions: store.PermitView})
	idle := w.add(t, "idle", who{tenant: "a", company: "x"})
	stranger := w.add(t, "stranger", who{tenant: "b", company: "x", permissions: store.PermitView})
	good := portal.Telling{Persons: []int{2, 0, 2}, How: store.ToldByHand, Note: " 面談で "}
	before := w.head(t, "a")
	for name, row := range map[string]struct {
		a    portal.Actor
		t    portal.Telling
		want error
	}{
		"another company":       {other, good, store.ErrNotFound},
		"another office":        {narrow, good, store.ErrNotFound},
		"another firm":          {stranger, good, store.ErrNotFound},
		"no menu":               {idle, good, store.ErrDenied},
		"the firm":              {theBoss(), good, store.ErrDenied},
		"nobody":                {client, portal.Telling{How: store.ToldByHand}, store.ErrInvalid},
		"no way":                {client, portal.Telling{Persons: []int{0}}, store.ErrInvalid},
		"in the future":         {client, portal.Telling{Persons: []int{0}, How: store.ToldByHand, On: began.Add(time.Hour)}, store.ErrInvalid},
		"a long note":           {client, portal.Telling{Persons: []int{0}, How: store.ToldByHand, Note: strings.Repeat("あ", 501)}, store.ErrInvalid},
		"somebody not in there": {client, portal.Telling{Persons: []int{0, 3}, How: store.ToldByHand}, store.ErrNotFound},
	} {
		if err := w.Tell(ctx, row.a, tr.x1, row.t); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", name, err, row.want)
		}
	}
	if w.head(t, "a") != before {
		t.Error("a refused telling was recorded")
	}
	must(t, w.Tell(ctx, client, tr.x1, good))
	o, err := w.Told(ctx, client, tr.x1)
	must(t, err)
	if o.Left() != 1 || o.Persons[0].Telling.Note != "面談で" || !o.Persons[2].Telling.At.Equal(began) || o.Tellers["client"] != "人 client" || !o.MayTell {
		t.Errorf("told are %+v", o)
	}
	must(t, w.Untell(ctx, client, tr.x1, []int{0}))
	if err := w.Untell(ctx, client, tr.x1, []int{2, 0}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("taken back twice: %v", err)
	}
	if o, err = w.Told(ctx, theBoss(), tr.x1); err != nil || o.Left() != 2 || o.MayTell {
		t.Errorf("the firm sees %+v, %v", o, err)
	}
	left, err := w.PersonsLeft(ctx, client, []store.ID{tr.x1, tr.y1, tr.draft})
	if fmt.Sprint(left) != fmt.Sprint(map[store.ID]store.PersonCount{tr.x1: {All: 3, Told: 1}}) || err != nil {
		t.Errorf("left are %v, %v", left, err)
	}
	var told []string
	for _, e := range w.audit(t, "a") {
		if e.Deed == store.DeedTell {
			told = append(told, e.Detail["persons"]+e.Detail["how"]+e.Detail["undo"])
		}
	}
	if fmt.Sprint(told) != "[0 2hand 0true]" {
		t.Errorf("the audit has %q", told)
	}
}

func TestSearchWithinPermission(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	w.persons(t, tr.document)
	ctx := t.Context()
	all, one := w.add(t, "all", who{tenant: "a", permissions: store.PermitReceipts}), w.add(t, "one", who{tenant: "a", offices: []store.ID{"x2"}, permissions: store.PermitDeliver})
	client, far := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView}), w.add(t, "far", who{tenant: "b", company: "x", permissions: store.PermitAll})
	farStaff := w.add(t, "far-staff", who{tenant: "b", permissions: store.PermitAll})
	q := store.Query{Text: "あおき"}
	for name, row := range map[string]struct {
		a    portal.Actor
		want int
	}{"the firm": {all, 1}, "the firm, another office": {one, 0}, "another firm": {farStaff, 0}} {
		if s, err := w.SearchDesk(ctx, row.a, q, store.Page{}); err != nil || len(s.Items) != row.want {
			t.Errorf("%s finds %d, %v", name, len(s.Items), err)
		}
	}
	for name, row := range map[string]struct {
		a    portal.Actor
		want int
	}{"client": {client, 1}, "another firm's client": {far, 0}} {
		if s, err := w.SearchInbox(ctx, row.a, q, store.Page{}); err != nil || len(s.Items) != row.want {
			t.Errorf("%s finds %d, %v", name, len(s.Items), err)
		}
	}
	if _, err := w.SearchDesk(ctx, client, q, store.Page{}); !errors.Is(err, store.ErrDenied) {
		t.Errorf("a client at the desk: %v", err)
	}
	if _, err := w.SearchInbox(ctx, all, q, store.Page{}); !errors.Is(err, store.ErrDenied) {
		t.Errorf("without the menu: %v", err)
	}
}

func TestExport(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	w.persons(t, tr.document)
	ctx := t.Context()
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	must(t, w.Tell(ctx, client, tr.x1, portal.Telling{Persons: []int{1}, How: store.ToldByMail}))
	w.hand(t, w.draft(t, "別の通知", "2.txt"))
	for name, row := range map[string]struct {
		p       who
		company store.ID
		want    error
	}{
		"client":                     {who{tenant: "a", company: "x", permissions: store.PermitAll}, "x", store.ErrDenied},
		"delivers, no receipts":      {who{tenant: "a", permissions: store.PermitDeliver}, "", store.ErrDenied},
		"receipts, does not deliver": {who{tenant: "a", permissions: store.PermitReceipts}, "", store.ErrDenied},
		"firm, of some offices":      {who{tenant: "a", offices: []store.ID{"x1", "x2"}, permissions: store.PermitAll}, "", store.ErrDenied},
		"company, one of its two":    {who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitAll}, "x", store.ErrDenied},
		"company out of scope":       {who{tenant: "a", offices: []store.ID{"x1"}, permissions: store.PermitAll}, "y", store.ErrNotFound},
		"company of nobody":          {who{tenant: "a", permissions: store.PermitAll}, "z", store.ErrNotFound},
		"company, both":              {who{tenant: "a", offices: []store.ID{"x1", "x2"}, permissions: store.PermitAll}, "x", nil},
		"firm":                       {who{tenant: "a", permissions: store.PermitAll}, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			before := w.head(t, "a")
			a := w.add(t, w.fresh(), row.p)
			before.Seq++ // the account
			if _, err := w.Export(ctx, a, row.company); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
			if recorded := w.head(t, "a").Seq - before.Seq; (recorded == 1) != (row.want == nil) {
				t.Errorf("%d events", recorded)
			}
		})
	}
	whole, err := w.Export(ctx, theBoss(), "")
	must(t, err)
	list, err := w.Desk(ctx, theBoss(), store.DocumentFilter{}, store.Page{})
	must(t, err)
	if n, all := verifyExport(t, ctx, whole), len(list.Items); n != (portal.Exported{Documents: all, Deliveries: all + 1, Receipts: n.Receipts, Persons: 3, Files: 4}) {
		t.Errorf("the firm's export holds %+v", n)
	}
	d, err := w.DeskDocument(ctx, theBoss(), tr.document)
	must(t, err)
	must(t, w.Records.Update(ctx, "a", func(tx store.Tx) error {
		return tx.Scans().Save(ctx, store.Scan{Digest: d.Document.Files[0].Digest, State: store.ScanFound, Finding: "Test", At: began})
	}))
	clean, err := w.Export(ctx, theBoss(), "")
	must(t, err)
	if n := verifyExport(t, ctx, clean); n.Files != 3 || n.Documents != len(list.Items) {
		t.Errorf("with a file in quarantine it holds %+v", n)
	}
	part, err := w.setup.Export(ctx, "a", "y")
	must(t, err)
	if n := verifyExport(t, ctx, part); n.Documents != 1 || n.Deliveries != 1 {
		t.Errorf("y's export holds %+v", n)
	}
	empty, err := w.setup.Export(ctx, "b", "")
	must(t, err)
	if n := verifyExport(t, ctx, empty); n != (portal.Exported{}) {
		t.Errorf("an empty firm's export holds %+v", n)
	}
}

// verifyExport checks every digest as somebody would who got the archive, and returns what it says of itself.
func verifyExport(t *testing.T, ctx context.Context, e *portal.Export) portal.Exported {
	t.Helper()
	var out bytes.Buffer
	must(t, e.WriteTo(ctx, &out, nil))
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	must(t, err)
	sums, content := map[string]string{}, map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		b, err := io.ReadAll(r)
		must(t, err)
		sum := sha256.Sum256(b)
		sums[f.Name], content[f.Name] = hex.EncodeToString(sum[:]), b
	}
	var end struct {
		Count  portal.Exported
		SHA256 []struct{ Name, SHA256 string }
	}
	must(t, json.Unmarshal(content["complete.json"], &end))
	covered := 1
	for _, part := range end.SHA256 {
		if covered++; sums[part.Name] != part.SHA256 {
			t.Errorf("%s has another digest", part.Name)
		}
		for line := range strings.Lines(string(content[part.Name])) {
			sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
			if covered++; sums[name] != sum {
				t.Errorf("%s has another digest", name)
			}
			if strings.HasPrefix(name, "manifest/") {
				for d := json.NewDecoder(bytes.NewReader(content[name])); d.More(); {
					var line struct {
						Files []struct {
							Path     string
							Withheld bool
						}
					}
					must(t, d.Decode(&line))
					for _, f := range line.Files {
						if (content[f.Path] == nil) != f.Withheld {
							t.Errorf("%q is there: %v, withheld: %v", f.Path, content[f.Path] != nil, f.Withheld)
						}
					}
				}
			}
		}
	}
	if covered != len(z.File) {
		t.Errorf("%d of %d entries have a digest", covered, len(z.File))
	}
	return end.Count
}

func TestMatrix(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	tr := w.trove(t)
	client := w.add(t, "client", who{tenant: "a", company: "x", permissions: store.PermitView})
	_, err := w.View(t.Context(), client, tr.x1)
	must(t, err)
	m, err := w.Matrix(t.Context(), theBoss(), portal.MatrixPage{})
	must(t, err)
	if c := m.Cell(tr.document, "x1"); len(m.Offices) != 3 || len(m.Documents) < 2 || c.Viewed != 1 || c.Recipients != 1 || m.Cell(tr.document, "x2").DeliveryID != "" || m.Cell(tr.draft, "x1").State != store.DeliveryDraft {
		t.Errorf("the matrix is %+v", m)
	}
	if m, err = w.Matrix(t.Context(), theBoss(), portal.MatrixPage{Company: "y"}); err != nil || len(m.Offices) != 1 || len(m.Documents) != 1 {
		t.Errorf("of y it is %+v, %v", m, err)
	}
	narrow := w.add(t, "narrow", who{tenant: "a", offices: []store.ID{"y1"}, permissions: store.PermitReceipts})
	if m, err = w.Matrix(t.Context(), narrow, portal.MatrixPage{}); err != nil || len(m.Offices) != 1 || len(m.Documents) != 1 || len(m.Cells[tr.document]) != 1 {
		t.Errorf("of one office it is %+v, %v", m, err)
	}
	if _, err = w.Matrix(t.Context(), client, portal.MatrixPage{}); !errors.Is(err, store.ErrDenied) {
		t.Errorf("a client: %v", err)
	}
}
