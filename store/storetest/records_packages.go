package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"cloudpocket/store"
)

// newOrigin has everything that an Origin can have.
func newOrigin(arrival string, notices ...string) store.Origin {
	return store.Origin{
		ArrivalNumber: arrival, DocumentNumber: "年管発第 1 号", IssuedOn: "2026-11-20", Author: "日本年金機構", Notices: notices,
		Signature: store.Signature{
			Verdict: store.VerdictTampered, CheckedAt: day, Signer: "CN=日本年金機構", Issuer: "CN=GPKI", Serial: "0a", Reason: "a digest differs",
			References: []store.Reference{{Good: true}, {Path: "a.zip!/N7100001.xml"}, {URI: "7140001.xml"}},
			Uncovered:  []string{"a.zip!/明細.csv"}, Styled: []string{"a.zip!/kagami.xml"},
		},
		MyNumbers: []string{"a.pdf"}, Unread: []string{"b.pdf"},
		Parts: []store.Part{
			{Path: "a.zip!/kagami.xml", Role: store.PartCover, Title: "鑑", Size: 512},
			{Path: "a.zip!/N7100001.xml", Role: store.PartNotice, Title: "標準報酬決定通知書", Notice: "N7100001", Size: 1 << 20},
		},
	}
}

func newPersons() []store.Person {
	return []store.Person{
		{Position: 0, Notice: "N7100001", Number: "1", Name: "青木 一郎", Kana: "アオキ イチロウ"},
		{Position: 1, Notice: "N7100001", Number: "2", Name: "ﾜﾀﾅﾍﾞ ｼﾞﾛｳ", Kana: "ﾜﾀﾅﾍﾞ ｼﾞﾛｳ"},
		{Position: 2, Notice: "N7130001", Name: "和田 花子"},
	}
}

// newPackage has just been received.
func newPackage(id store.ID, at time.Time) store.Package {
	return store.Package{
		ID: id, DropID: "drop", Name: "2026112200000001.zip", Digest: digestOf("package " + string(id)), Size: 1 << 30,
		State: store.PackageReceived, ReceivedBy: "staff", ReceivedAt: at,
	}
}

func recordsPackages(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	p := newPackage("p1", day)
	p.Version = 3
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Packages().Create(ctx, p))
		isKind(t, tx.Packages().Create(ctx, p), store.ErrConflict)
		strange := newPackage("p2", day)
		strange.Office = "none"
		isKind(t, tx.Packages().Create(ctx, strange), store.ErrNotFound)
		got, err := tx.Packages().Get(ctx, "p1")
		must(t, err)
		same(t, "as it was received", got, p)
		must(t, tx.Documents().Create(ctx, newDocument("d1", "tax", day)))
	})
	old := p
	p.State, p.Reason, p.SortedAt = store.PackageHanded, store.Reason{Key: "reason.code", Args: map[string]string{"Code": "01イロハ<\u2028"}}, day.Add(time.Second)
	p.Origin, p.Persons, p.Codes = newOrigin("202611220000000001", "N7100001", "N7130001"), newPersons(), []store.OfficeCode{{System: store.CodeLabor, Code: "131"}}
	p.Title, p.Kind, p.Office, p.DocumentID = "標準報酬決定通知書", "social-insurance", "blue-1", "d1"
	p.MyNumbers = []string{"a.zip!/kagami.xml"}
	f.update(func(ctx context.Context, tx store.Tx) {
		changed := p
		changed.DropID, changed.Name, changed.Digest, changed.Size, changed.ReceivedBy, changed.ReceivedAt = "x", "x", "x", 1, "x", day.AddDate(1, 0, 0)
		must(t, tx.Packages().Update(ctx, changed))
		isKind(t, tx.Packages().Update(ctx, changed), store.ErrConflict)
		isKind(t, tx.Packages().Update(ctx, newPackage("none", day)), store.ErrNotFound)
		changed.Version, changed.Office = 4, "none"
		isKind(t, tx.Packages().Update(ctx, changed), store.ErrNotFound)
		p.Version = 4
		got, err := tx.Packages().Get(ctx, "p1")
		must(t, err)
		same(t, "as it was sorted", got, p)
		_, err = tx.Packages().Get(ctx, "none")
		isKind(t, err, store.ErrNotFound)
		l, err := tx.Packages().List(ctx, store.PackageFilter{}, store.Page{})
		must(t, err)
		same(t, "the list", l.Items, []store.Package{p})
		old.Version = 4
		must(t, tx.Packages().Update(ctx, old))
		got, err = tx.Packages().Get(ctx, "p1")
		must(t, err)
		old.Version = 5
		same(t, "as it was before", got, old)
	})
}

func packagesTray(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	states := []store.PackageState{store.PackageReceived, store.PackageReady, store.PackageUnplaced, store.PackageHanded}
	const all = 26
	f.update(func(ctx context.Context, tx store.Tx) {
		for i := range all {
			p := newPackage(store.ID(fmt.Sprintf("p%02d", i)), day.Add(time.Duration(i/5)*time.Second)) // five at a time
			p.State, p.DropID = states[i%4], store.ID(fmt.Sprint("drop-", i%2))
			must(t, tx.Packages().Create(ctx, p))
		}
	})
	for _, row := range []struct {
		name   string
		filter store.PackageFilter
		want   func(i int) bool
	}{
		{"all", store.PackageFilter{}, func(int) bool { return true }},
		{"a state", store.PackageFilter{States: states[1:2]}, func(i int) bool { return i%4 == 1 }},
		{"two states, one twice", store.PackageFilter{States: []store.PackageState{states[3], states[0], states[3]}}, func(i int) bool { return i%4 == 0 || i%4 == 3 }},
		{"a drop", store.PackageFilter{Drop: "drop-1"}, func(i int) bool { return i%2 == 1 }},
		{"a drop and states", store.PackageFilter{Drop: "drop-1", States: states[:2]}, func(i int) bool { return i%4 == 1 }},
		{"a state that none has", store.PackageFilter{States: []store.PackageState{store.PackageRefused}}, func(int) bool { return false }},
		{"a drop that was none", store.PackageFilter{Drop: "none"}, func(int) bool { return false }},
	} {
		var want []store.ID
		for i := all - 1; i >= 0; i-- {
			if row.want(i) {
				want = append(want, store.ID(fmt.Sprintf("p%02d", i)))
			}
		}
		f.view(func(ctx context.Context, tx store.Tx) {
			for size := 1; size < 8; size++ {
				var got []store.ID
				for _, p := range walk(t, size, func(p store.Page) (store.List[store.Package], error) { return tx.Packages().List(ctx, row.filter, p) }) {
					got = append(got, p.ID)
				}
				same(t, row.name, got, want)
			}
		})
	}
	f.view(func(ctx context.Context, tx store.Tx) {
		for drop, want := range map[store.ID]map[store.PackageState]int{
			"":       {states[0]: 7, states[1]: 7, states[2]: 6, states[3]: 6},
			"drop-0": {states[0]: 7, states[2]: 6}, "drop-1": {states[1]: 7, states[3]: 6}, "none": {},
		} {
			got, err := tx.Packages().Count(ctx, drop)
			must(t, err)
			same(t, "the count of "+string(drop), got, want)
		}
	})
}

// packagesSame looks for the same as one package among some that differ from it in one thing each.
func packagesSame(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	base := newPackage("base", day.Add(time.Hour))
	base.Origin = newOrigin("202611220000000001", "N7100001", "N7130001")
	add := func(id store.ID, minutes int, change func(*store.Package)) {
		p := base
		p.ID, p.ReceivedAt, p.Digest = id, day.Add(time.Duration(minutes)*time.Minute), digestOf(string(id))
		change(&p)
		f.update(func(ctx context.Context, tx store.Tx) { must(t, tx.Packages().Create(ctx, p)) })
	}
	find := func(what string, p store.Package, want store.ID) {
		t.Helper()
		f.view(func(ctx context.Context, tx store.Tx) {
			got, err := tx.Packages().Same(ctx, p)
			if want == "" {
				isKind(t, err, store.ErrNotFound)
				return
			}
			must(t, err)
			same(t, what, got.ID, want)
		})
	}
	notices := func(codes ...string) func(*store.Package) {
		return func(p *store.Package) { p.Origin.Notices = codes }
	}
	add("base", 60, func(p *store.Package) { p.Digest = base.Digest })
	add("fewer-notices", 1, notices("N7100001"))
	add("other-order", 2, notices("N7130001", "N7100001"))
	add("joined", 3, notices("N7100001N7130001"))
	add("none", 4, notices())
	add("other-arrival", 5, func(p *store.Package) { p.Origin.ArrivalNumber = "202611220000000002" })
	for i, s := range []store.PackageState{store.PackageRefused, store.PackageDiscarded, store.PackageDuplicate} {
		add("twin-"+store.ID(s), 6+i, func(p *store.Package) { p.State, p.Digest = s, base.Digest })
	}
	find("nothing but itself", base, "")
	add("twin", 30, func(p *store.Package) { p.Digest, p.Origin = base.Digest, store.Origin{} })
	find("the digest", base, "twin")
	add("later", 40, func(p *store.Package) { p.State = store.PackageHanded })
	find("the older one, by digest", base, "twin")
	add("earlier", 20, func(p *store.Package) { p.State = store.PackageHanded })
	find("the older one, by arrival number and notices", base, "earlier")
	bare := newPackage("bare", day)
	find("without an arrival number", bare, "")
	bare.Digest = base.Digest
	find("without an arrival number, by digest", bare, "twin")
	none := base
	none.Digest, none.Origin.Notices = "else", nil
	find("without notices", none, "none")
	f.view(func(ctx context.Context, tx store.Tx) {
		for digest, want := range map[store.Digest]bool{base.Digest: true, digestOf("later"): true, digestOf("unknown"): false} {
			used, err := tx.Packages().Uses(ctx, digest)
			must(t, err)
			same(t, "uses", used, want)
		}
	})
}

// packagesSent finds what a drop was sent under a name, in whatever state, and nothing beside.
func packagesSent(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	sent := newPackage("sent", day)
	f.update(func(ctx context.Context, tx store.Tx) {
		for i, change := range []func(*store.Package){
			func(*store.Package) {},
			func(p *store.Package) { p.ID, p.State = "refused", store.PackageRefused },
			func(p *store.Package) { p.ID, p.State = "discarded", store.PackageDiscarded },
			func(p *store.Package) { p.ID, p.DropID = "elsewhere", "another-drop" },
			func(p *store.Package) { p.ID, p.Name = "called-otherwise", "other.zip" },
			func(p *store.Package) { p.ID, p.Digest = "of-other-bytes", digestOf("other") },
		} {
			p := sent
			p.ReceivedAt = day.Add(time.Duration(i) * time.Second)
			change(&p)
			must(t, tx.Packages().Create(ctx, p))
		}
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		found, err := tx.Packages().Sent(ctx, sent)
		must(t, err)
		var ids []store.ID
		for _, p := range found {
			ids = append(ids, p.ID)
		}
		same(t, "sent before", fmt.Sprint(ids), "[discarded refused sent]")
		none, err := tx.Packages().Sent(ctx, store.Package{DropID: sent.DropID, Name: "none.zip", Digest: sent.Digest})
		must(t, err)
		same(t, "under another name", len(none), 0)
	})
}

// packagesUse follows what a digest is used for through the states of the only package that has it.
func packagesUse(t *testing.T, open OpenRecords) {
	f := newFirm(t, open)
	p := newPackage("p", day)
	f.update(func(ctx context.Context, tx store.Tx) {
		must(t, tx.Packages().Create(ctx, p))
		for _, row := range []struct {
			state      store.PackageState
			used, same bool
			holding    []store.ID
		}{
			{store.PackageReceived, true, true, []store.ID{"p"}}, {store.PackageDuplicate, true, false, []store.ID{"p"}},
			{store.PackageReady, true, true, []store.ID{"p"}}, {store.PackageRefused, false, false, nil},
			{store.PackageUnplaced, true, true, []store.ID{"p"}}, {store.PackageHanded, true, true, nil},
			{store.PackageDiscarded, false, false, nil},
		} {
			p.State = row.state
			must(t, tx.Packages().Update(ctx, p))
			p.Version++
			used, err := tx.Packages().Uses(ctx, p.Digest)
			must(t, err)
			same(t, "used while "+string(row.state), used, row.used)
			_, err = tx.Packages().Same(ctx, store.Package{ID: "other", Digest: p.Digest})
			same(t, "the same while "+string(row.state), err == nil, row.same)
			holding, err := tx.Packages().Holding(ctx, p.Digest)
			must(t, err)
			same(t, "holding it while "+string(row.state), fmt.Sprint(holding), fmt.Sprint(row.holding))
		}
	})
}

func recordsOrigins(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	first, second, third := newDocument("d1", "tax", day), newDocument("d2", "tax", day.Add(time.Second)), newDocument("d3", "tax", day.Add(time.Second))
	first.Origin, first.RetainUntil = newOrigin("202611220000000001", "N7100001"), "2028-11-22"
	second.Replaces, third.Replaces = "d1", "d1"
	second.Origin.Parts = first.Origin.Parts
	f.update(func(ctx context.Context, tx store.Tx) {
		for _, d := range []store.Document{first, second, third} {
			must(t, tx.Documents().Create(ctx, d))
			must(t, tx.Deliveries().Create(ctx, store.Delivery{ID: d.ID, DocumentID: d.ID, OfficeID: "blue-1", CreatedAt: day}))
		}
		lost := newDocument("d4", "tax", day)
		lost.Replaces = "none"
		isKind(t, tx.Documents().Create(ctx, lost), store.ErrNotFound)
	})
	f.view(func(ctx context.Context, tx store.Tx) {
		var want []store.DocumentSummary
		for _, d := range []store.Document{first, second, third} {
			got, err := tx.Documents().Get(ctx, d.ID)
			must(t, err)
			same(t, "document "+string(d.ID), got, d)
			d.Files, d.Origin.Parts = nil, nil
			want = append(want, store.DocumentSummary{Document: d, FileCount: 2, Drafts: 1})
		}
		slices.Reverse(want)
		l, err := tx.Documents().List(ctx, everyOffice(), store.DocumentFilter{}, store.Page{})
		must(t, err)
		same(t, "the list", l.Items, want)
		by, err := tx.Documents().ReplacedBy(ctx, "d1")
		must(t, err)
		same(t, "what replaced the first", by, []store.ID{"d2", "d3"})
		for _, id := range []store.ID{"d2", "none", ""} {
			by, err = tx.Documents().ReplacedBy(ctx, id)
			must(t, err)
			same(t, "what replaced "+string(id), by, []store.ID{})
		}
	})
}
