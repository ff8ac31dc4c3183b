package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// patience is how long a state may take to come where everything else runs at the same time.
const patience = 4 * time.Minute

// dropped is two hundred packages and what the generator knows of them.
type dropped struct {
	t       *testing.T
	service *service
	parent  provider
	box     *app.Postbox
	clock   *app.Clock

	made                    []egovtest.Package
	firm, client, neighbour *interop.Page
	id                      string // of the drop
	handed                  map[int]store.ID
	papers                  map[int]delivered
	opened, acknowledged    map[int]bool
}

// delivered is what a package became.
type delivered struct {
	document, delivery store.ID
	title              string
}

// The offices that packages are for, by turns. The stranger's are addressed to a name and by codes that nobody registered.
const (
	mine = iota
	beside
	far
	stranger
	homes
)

func officeID(home int) store.ID {
	return []store.ID{"sakura-honsha", "sakura-kojo", "hikari-honsha", "hikari-kojo"}[home]
}

func officeName(home int) string {
	return []string{"さくら食品株式会社 本社", "さくら食品株式会社 工場", "ひかり電機株式会社 本社", "ひかり電機株式会社 工場"}[home]
}

// home is which office the i-th package is for.
func (d *dropped) home(i int) int { return i % homes }

// find returns the first package of a shape for an office.
func (d *dropped) find(shape egovtest.Shape, home int) int {
	d.t.Helper()
	for i, p := range d.made {
		if p.Shape == shape && d.home(i) == home {
			return i
		}
	}
	d.t.Fatalf("no %s for %s", shape, officeName(home))
	return 0
}

// newDropped makes the packages and serves the service with real servers around it.
func newDropped(t *testing.T) *dropped {
	t.Helper()
	d := &dropped{t: t, clock: &app.Clock{}, box: app.NewPostbox(t), handed: map[int]store.ID{}, papers: map[int]delivered{}, opened: map[int]bool{}, acknowledged: map[int]bool{}}
	c := d.clock.Outward(t, d.box)
	c.Redis, c.Database = interop.Redis(t), interop.Postgres(t)
	d.service = serving(t, c, d.clock.Now)
	d.parent = standIn(store.SAML)(t, d.service)
	g := egovtest.New(200)
	g.SignWith(egovtest.NewAuthority(1))
	var offices []egovtest.Office
	for home := range homes {
		o := g.Office()
		if o.Name = "有限会社むかし電機"; home != stranger {
			o.Name = officeName(home)
			d.register(home, o)
		}
		offices = append(offices, o)
	}
	for i := range 200 {
		d.made = append(d.made, g.Package(egovtest.Shapes()[i%len(egovtest.Shapes())], egovtest.Options{
			Office: &offices[d.home(i)], Persons: g.Persons(3 + i%6), Signed: i%3 > 0}))
	}
	return d
}

// serving runs the service as it runs for people: on a port of its own, with its work beside.
func serving(t *testing.T, c app.Config, now func() time.Time) *service {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	c.Listen = l.Addr().String()
	check(t, l.Close())
	_, port, err := net.SplitHostPort(c.Listen)
	check(t, err)
	c.BaseURL = "http://pocket.localhost:" + port
	s := &service{url: c.BaseURL, now: now}
	s.open(t, c)
	ctx, stop := context.WithCancel(context.Background())
	started, ended := make(chan bool), make(chan error, 1)
	go func() { ended <- s.Serve(ctx, func(net.Addr) { close(started) }) }()
	t.Cleanup(func() {
		stop()
		check(t, <-ended)
	})
	select {
	case <-started:
	case err := <-ended:
		t.Fatal("it does not start:", err)
	}
	return s
}

// register has the firm know an office by its codes.
func (d *dropped) register(home int, o egovtest.Office) {
	d.t.Helper()
	check(d.t, d.service.Stores.Records.Update(d.t.Context(), "aoba", func(tx store.Tx) error {
		known, err := tx.Offices().Get(d.t.Context(), officeID(home))
		if err != nil {
			return err
		}
		known.Codes = store.OfficeCodes{ReferenceCode: o.District + "-" + o.Sign, OfficeNumber: o.Number, LaborInsuranceNumber: o.Labor,
			EmploymentInsuranceNumber: o.Employment, CorporateNumber: o.Corporate}
		return tx.Offices().Update(d.t.Context(), known)
	}))
}

// enter signs somebody in through the parent product.
func (d *dropped) enter(p *interop.Page, login, to string) {
	d.t.Helper()
	p.Open(d.service.url + "/sso/" + string(d.parent.trust) + "/start?to=" + url.QueryEscape(to))
	d.parent.signIn(p, login)
	p.WaitURL(d.service.url + to)
}

// eventually waits for a state.
func (d *dropped) eventually(what string, holds func() bool) {
	d.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			d.t.Fatal("not in time: ", what)
		}
	}
}

// files are the packages as a person has them on disk. The number in front is by what the tray's rows are known again.
func (d *dropped) files() (paths []string) {
	d.t.Helper()
	dir := d.t.TempDir()
	for i, p := range d.made {
		path := filepath.Join(dir, fmt.Sprintf("no%03d_%s", i, p.Name))
		check(d.t, os.WriteFile(path, p.Data, 0o600))
		paths = append(paths, path)
	}
	return paths
}

// trayRow is what the tray says of one package.
type trayRow struct {
	ID                       store.ID
	Group, Office, Name, Why string
}

// tray reads all pages of groups of the drop, or of all groups, in the firm's browser, by the package's number.
func (d *dropped) tray(groups ...string) map[int]trayRow {
	d.t.Helper()
	if len(groups) == 0 {
		groups = []string{"ready", "place", "refused"}
	}
	all := map[int]trayRow{}
	for _, group := range groups {
		for next := d.service.url + "/desk/tray?group=" + group + "&drop=" + d.id; next != ""; {
			d.firm.Open(next)
			var page struct {
				Next string
				Rows []trayRow
			}
			check(d.t, json.Unmarshal([]byte(d.firm.Eval(`JSON.stringify({
				next: document.querySelector(".pager [rel=next]")?.href ?? "",
				rows: [...document.querySelectorAll("[data-row]")].map(r => ({
					id: r.querySelector("[name=package]").value,
					name: r.querySelector(".c-title").innerText,
					office: (r.querySelector(".c-office").firstChild?.textContent ?? "").trim(),
					why: r.querySelector(".c-why").innerText,
				})),
			})`)), &page))
			for _, row := range page.Rows {
				row.Group = group
				var i int
				_, err := fmt.Sscanf(regexp.MustCompile(`no\d{3}_`).FindString(row.Name), "no%03d_", &i)
				if _, twice := all[i]; err != nil || twice {
					d.t.Fatalf("a row that is nobody's, or there twice: %+v", row)
				}
				all[i] = row
			}
			next = page.Next
		}
	}
	return all
}

// wants is what the tray must say of the i-th package. Of those with the same bytes, all but one are duplicates; which
// one was looked into first is seen in rows.
func (d *dropped) wants(i int, rows map[int]trayRow) trayRow {
	p, home := d.made[i], d.home(i)
	if d.isTwin(i, rows) {
		return trayRow{Group: "refused", Office: "—", Why: "届いたものと同じです"}
	}
	if p.Shape == egovtest.BareDTA {
		return trayRow{Group: "refused", Office: "—", Why: "は使えない形式です"}
	}
	nameless := p.Shape == egovtest.BarePDF || p.Shape == egovtest.Employment
	switch {
	case nameless:
		return trayRow{Group: "place", Office: "—", Why: "どの事業所あてかを示す番号も宛名も書かれていません"}
	case home == stranger && byName(p.Shape):
		return trayRow{Group: "place", Office: "—", Why: "宛名「" + p.Office.Name + "」の事業所が登録されていません"}
	case home == stranger:
		return trayRow{Group: "place", Office: "—", Why: "の事業所が登録されていません"}
	case byName(p.Shape):
		return trayRow{Group: "ready", Office: officeName(home), Why: "宛名「" + p.Office.Name + "」が事業所または顧問先の名前と一致しました"}
	case p.Shape == egovtest.Labour:
		return trayRow{Group: "ready", Office: officeName(home), Why: "労働保険番号 " + p.Office.Labor + " が一致しました"}
	}
	return trayRow{Group: "ready", Office: officeName(home), Why: "事業所整理記号・番号 " + store.NewOfficeCode(store.CodePension, p.Office.District, p.Office.Sign, p.Office.Number).Code + " が一致しました"}
}

// isTwin reports whether another of the same bytes was taken for the first.
func (d *dropped) isTwin(i int, rows map[int]trayRow) bool {
	if d.made[i].Shape != egovtest.BarePDF || rows[i].Group != "refused" {
		return false
	}
	var firsts int
	for j, p := range d.made {
		if j != i && bytes.Equal(p.Data, d.made[i].Data) && rows[j].Group != "refused" {
			firsts++
		}
	}
	return firsts == 1
}

func byName(s egovtest.Shape) bool {
	switch s {
	case egovtest.PensionPDF, egovtest.Encoded, egovtest.Comment, egovtest.Data, egovtest.Mismatched:
		return true
	}
	return false
}

func byPension(s egovtest.Shape) bool {
	switch s {
	case egovtest.Labour, egovtest.BarePDF, egovtest.Employment, egovtest.BareDTA:
		return false
	}
	return !byName(s)
}

// ofOffice are the documents that an office got.
func (d *dropped) ofOffice(home int) map[int]delivered {
	some := maps.Clone(d.papers)
	maps.DeleteFunc(some, func(i int, _ delivered) bool { return d.home(i) != home })
	return some
}

// countFor is how many documents the reader of an office got; the reader of one of ひかり電機's reads the other as well.
func (d *dropped) countFor(home int) int {
	if home == far {
		return len(d.ofOffice(far)) + len(d.ofOffice(stranger))
	}
	return len(d.ofOffice(home))
}

// secrets are what no mail may say: titles, numbers, offices, and every name of a worker.
func (d *dropped) secrets() []string {
	words := map[string]bool{"通知書 ": true, "標準報酬": true, "返戻": true}
	for i, p := range d.made {
		words[officeName(d.home(i))], words[p.Office.Name], words[p.Office.Number] = true, true, true
		words[p.Arrival], words[p.Number], words[p.Title] = true, true, true
		for _, person := range p.Persons {
			for _, name := range []string{person.Name, person.Kana} {
				words[name], words[strings.ReplaceAll(name, "　", " ")] = true, true
			}
		}
	}
	for _, p := range d.papers {
		words[p.title], words[string(p.delivery)], words[string(p.document)] = true, true, true
	}
	delete(words, "")
	var all []string
	for word := range words {
		all = append(all, word)
	}
	return all
}

// shows is what a reader must see somewhere in a package's parts.
func (d *dropped) shows(p egovtest.Package) (all []string) {
	for _, f := range egovtest.Forms() {
		for _, kind := range p.Kinds {
			if f.Code == kind && p.Shape != egovtest.BareXML && p.Shape != egovtest.Missing { // which have no stylesheet that says it
				all = append(all, f.Title)
			}
		}
	}
	for _, person := range p.Persons {
		name := person.Name
		if name == "" {
			name = person.Kana
		}
		all = append(all, name)
	}
	switch p.Shape {
	case egovtest.BarePDF, egovtest.Employment:
		return []string{"[picture]"}
	case egovtest.PensionPDF, egovtest.Encoded, egovtest.Labour:
		all = append(all, "[picture]")
	case egovtest.Returned:
		all = append(all, "再提出期限", fmt.Sprintf("令和%d年%d月%d日", p.Deadline.Year()-2018, p.Deadline.Month(), p.Deadline.Day()), "同封の書類をご確認ください。")
	case egovtest.Comment:
		all = append(all, "申請内容についてご確認ください。")
	}
	return append(all, p.Title, p.Office.Name)
}

// bare is text without blanks, by which frames that lay it out differently are compared.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// matrix reads all pages of the firm's matrix: what it says where a document and an office meet.
func (d *dropped) matrix() map[store.ID]map[string]string {
	d.t.Helper()
	all := map[store.ID]map[string]string{}
	for next := d.service.url + "/desk/matrix"; next != ""; {
		d.firm.Open(next)
		if len(all) == 0 {
			d.clean(d.firm, "matrix")
		}
		var page struct {
			Next  string
			Cells []struct {
				Document      store.ID
				Office, Count string
			}
		}
		check(d.t, json.Unmarshal([]byte(d.firm.Eval(`(() => {
			const documents = [...document.querySelectorAll(".matrix thead a")].map(a => a.pathname.split("/").pop());
			return JSON.stringify({
				next: [...document.querySelectorAll(".pager a")].map(a => a.href).filter(h => new URL(h).searchParams.get("documents")).pop() ?? "",
				cells: [...document.querySelectorAll(".matrix tbody tr")].flatMap(row => [...row.querySelectorAll("td")].map((cell, i) => ({
					document: documents[i], office: row.querySelector("th").innerText.trim(), count: cell.querySelector(".of")?.innerText ?? "" }))),
			});
		})()`)), &page))
		for _, c := range page.Cells {
			if c.Count == "" {
				continue
			}
			if all[c.Document] == nil {
				all[c.Document] = map[string]string{}
			}
			all[c.Document][c.Office] = c.Count
		}
		next = page.Next
	}
	return all
}
