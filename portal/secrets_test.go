package portal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/mail"
	"cloudpocket/store"
)

// TestNothingOfAFileIsLogged takes packages full of marks the whole way: received, sorted, read, handed over, searched and
// mailed about. The log has none of them, the mails and the audit neither, and no number is searched by.
func TestNothingOfAFileIsLogged(t *testing.T) {
	o := newOut(t)
	o.Mailing = true
	var log bytes.Buffer
	o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	ctx := t.Context()
	sheet := func(body string) string {
		return `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">` + body + `</xsl:template></xsl:stylesheet>`
	}
	cover := func(sheet string) string {
		return `<?xml-stylesheet type="text/xsl" href="` + sheet + `"?><DOC><BODY><TITLE>MARK-title</TITLE><APPENDIX>MARK-name</APPENDIX><番号>` + myNumber + `</番号></BODY></DOC>`
	}
	uploads := map[string][]byte{
		"MARK-ends.zip": archive(t, map[string]string{"MARK-a.xml": cover("a.xsl"),
			"a.xsl": sheet(`<xsl:message terminate="yes"><xsl:value-of select="//番号"/><xsl:value-of select="//TITLE"/></xsl:message>`)}),
		"MARK-calls.zip":   archive(t, map[string]string{"a.xml": cover("a.xsl"), "a.xsl": sheet(`<xsl:call-template name="MARK-template"/>`)}),
		"MARK-looks.zip":   archive(t, map[string]string{"a.xml": cover("a.xsl"), "a.xsl": sheet(`<xsl:value-of select="$MARK-variable"/>`)}),
		"MARK-type.zip":    archive(t, map[string]string{"a.xml": "<!DOCTYPE MARK-root><MARK-root>" + myNumber + "</MARK-root>"}),
		"MARK-path.zip":    archive(t, map[string]string{"../MARK-path.xml": "<a/>"}),
		"MARK-broken.zip":  []byte("PK\x03\x04MARK"),
		"a.MARK-extension": []byte("MARK"),
		"MARK-broken.xml":  []byte("<MARK-element>" + myNumber + "</MARK-other>"),
		"MARK-list.csv":    []byte("MARK-name,1234 - 5678 - 9018\n"),
	}
	var ids []store.ID
	for name, data := range uploads {
		item := o.drop(t, o.boss, name, data)
		if item.State == store.PackageRefused {
			continue
		}
		for n := 1; n <= 3; n++ {
			_, _ = o.Read(ctx, o.boss, portal.Source{Package: item.ID}, n, portal.Manner{Lang: "ja"}) // what it refuses is what is looked for
		}
		if item.State == store.PackageUnplaced || item.State == store.PackageReady {
			must(t, o.Place(ctx, o.boss, item.ID, "x1", false))
			ids = append(ids, item.ID)
		}
	}
	done, err := o.HandOver(ctx, o.boss, ids, portal.HandOver{})
	must(t, err)
	if len(ids) < 4 || len(done.Documents) != len(ids) || !strings.Contains(log.String(), "not shown by its stylesheet") {
		t.Fatalf("%d packages were handed over; the log is:\n%s", len(done.Documents), &log)
	}
	o.hand(t, "text", func(d *portal.Draft) { d.Title = "MARK-title 1234 - 5678 - 9018" })
	for _, asked := range []string{myNumber, "1234-5678-9018", "56789018"} {
		if s, err := o.SearchDesk(ctx, o.boss, store.Query{Text: asked}, store.Page{}); err != nil || len(s.Items) > 0 {
			t.Errorf("%d are found by %s: %v", len(s.Items), asked, err)
		}
	}
	if s, err := o.SearchDesk(ctx, o.boss, store.Query{Text: "MARK-title"}, store.Page{}); err != nil || len(s.Items) == 0 {
		t.Errorf("nothing is found by its title: %v", err)
	}
	words, err := mail.OpenWords()
	must(t, err)
	mails, err := o.Records.Queue().Lease(ctx, []store.TaskKind{store.TaskMail}, 50, o.now.Add(48*time.Hour), o.now.Add(49*time.Hour))
	must(t, err)
	var said strings.Builder
	for _, task := range mails {
		owed, err := o.MailDue(ctx, task)
		must(t, err)
		m, err := words.WriteAll(mail.Note{Kind: mail.Kind(owed.Kind), Firm: owed.Firm, Link: "https://pocket.example" + owed.Path})
		must(t, err)
		fmt.Fprintln(&said, m.Subject, m.Text, m.HTML)
	}
	audit, err := json.Marshal(o.audit(t, "a"))
	must(t, err)
	if said.Len() == 0 {
		t.Error("no mail was written")
	}
	for where, all := range map[string]string{"the log": log.String(), "the mails": said.String(), "the audit": string(audit)} {
		for _, mark := range []string{"MARK", myNumber, "5678"} {
			if i := strings.Index(all, mark); i >= 0 {
				t.Errorf("%s says %q", where, all[max(0, i-80):min(len(all), i+80)])
			}
		}
	}
}
