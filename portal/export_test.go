package portal_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestExportOfCompany holds what the company may have: what stands or ended there. The firm's own holds everything.
func TestExportOfCompany(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	ctx := t.Context()
	w.now = began.Add(time.Hour)
	must(t, w.SaveRule(ctx, theBoss(), func() store.Rule { r := portal.DefaultRule("work-rules"); r.TwoPersons = true; return r }()))
	ofY := w.add(t, "of-y", who{tenant: "a", offices: []store.ID{"y1"}, permissions: store.PermitDeliver})
	rows := []struct {
		name         string
		change       func(*portal.Draft)
		after        func(document, delivery store.ID)
		bytes, named bool // in the company's export
	}{
		{"delivered", nil, nil, true, true},
		{"ended", func(d *portal.Draft) { d.ExpiresAt = w.now.Add(time.Minute) }, func(_, delivery store.ID) {
			must(t, w.Records.Update(ctx, "a", func(tx store.Tx) error { _, _, err := tx.Deliveries().Expire(ctx, delivery); return err }))
		}, true, true},
		{"misdelivered", nil, func(_, delivery store.ID) { must(t, w.Withdraw(ctx, theBoss(), delivery, "RSN-misdelivered")) }, false, true},
		{"withdrawn here, stands at another company", func(d *portal.Draft) { d.Offices = []store.ID{"x1", "y1"} },
			func(_, delivery store.ID) { must(t, w.Withdraw(ctx, theBoss(), delivery, "RSN-here")) }, false, true},
		{"withdrawn here, stands at its other office", func(d *portal.Draft) { d.Offices = []store.ID{"x1", "x2"} },
			func(_, delivery store.ID) { must(t, w.Withdraw(ctx, theBoss(), delivery, "RSN-once")) }, true, true},
		{"draft", func(d *portal.Draft) { d.Deliver = false }, nil, false, false},
		{"later", func(d *portal.Draft) { d.DueAt = w.now.Add(time.Hour) }, nil, false, false},
		{"waits for a second person", func(d *portal.Draft) { d.Kind = "work-rules" }, nil, false, false},
		{"another company's", func(d *portal.Draft) { d.Offices = []store.ID{"y1"} }, nil, false, false},
		{"a draft here, delivered elsewhere", func(d *portal.Draft) { d.Deliver = false; d.Offices = []store.ID{"x1", "y1"} },
			func(document, _ store.ID) {
				_, err := w.Deliver(ctx, ofY, document)
				must(t, err)
			}, false, false},
	}
	ids := make([]store.ID, len(rows))
	for i, row := range rows {
		mark := string(rune('A'+i)) + "-mark"
		d := w.draft(t, "TTL-"+mark, "NAME-"+mark+".txt")
		d.Note = "NOTE-" + mark
		if row.change != nil {
			row.change(&d)
		}
		document, delivery := w.hand(t, d)
		must(t, w.Records.Update(ctx, "a", func(tx store.Tx) error {
			return tx.Persons().Create(ctx, document, []store.Person{{Name: "PSN-" + mark}})
		}))
		if row.after != nil {
			row.after(document, delivery)
		}
		ids[i] = document
	}
	company, err := w.Export(ctx, theBoss(), "x")
	must(t, err)
	operators, err := w.setup.Export(ctx, "a", "x")
	must(t, err)
	firm, err := w.Export(ctx, theBoss(), "")
	must(t, err)
	for name, all := range map[string]string{"of the company": unpacked(t, company), "of the operator": unpacked(t, operators)} {
		for i, row := range rows {
			mark := string(rune('A'+i)) + "-mark"
			if got := strings.Contains(all, string(ids[i])); got != row.named {
				t.Errorf("%s, %s: named %v", name, row.name, got)
			}
			for _, what := range []string{"content of TTL-", "TTL-", "NAME-", "NOTE-", "PSN-"} {
				if got := strings.Contains(all, what+mark); got != row.bytes {
					t.Errorf("%s, %s: %s is there: %v", name, row.name, what, got)
				}
			}
		}
		if strings.Contains(all, "RSN-") {
			t.Errorf("%s: says why something was taken back", name)
		}
	}
	all := unpacked(t, firm)
	for i, row := range rows {
		if mark := string(rune('A'+i)) + "-mark"; !strings.Contains(all, "content of TTL-"+mark) || !strings.Contains(all, "PSN-"+mark) {
			t.Errorf("%s is not in the firm's", row.name)
		}
	}
	if !strings.Contains(all, "RSN-misdelivered") {
		t.Error("the firm's does not say why something was taken back")
	}
}

// unpacked returns all that an export says, names and contents.
func unpacked(t *testing.T, e *portal.Export) string {
	t.Helper()
	var packed bytes.Buffer
	must(t, e.WriteTo(t.Context(), &packed, nil))
	z, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	must(t, err)
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		b, err := io.ReadAll(r)
		must(t, err)
		all.WriteString(f.Name + "\n" + string(b) + "\n")
	}
	return all.String()
}
