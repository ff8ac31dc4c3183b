package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// TestDropToTold follows two hundred packages of all shapes through a browser: dropped at once on the firm's tray, sorted,
// placed where nothing told whose they are, handed over, scanned by a real clamd, told of by a real mail server, opened by
// the client that a mail led to its sign-in, acknowledged and passed on to insured persons. The firm sees exactly that, and
// the neighbouring office nothing.
func TestDropToTold(t *testing.T) {
	browser := interop.Browser(t)
	d := newDropped(t)
	d.firm = browser.Page(t, interop.Desktop(), "ja").Within(patience)
	d.drop()
	d.isSorted()
	d.placeByHand()
	d.placeRest()
	d.handOver()
	d.waitDelivered()
	d.mailsCame()
	d.client = browser.Page(t, interop.Desktop(), "ja").Within(patience)
	d.clientArrives()
	for _, shape := range egovtest.Shapes() {
		d.clientOpens(shape)
	}
	d.clientTells()
	d.firmSees()
	d.neighbour = browser.Page(t, interop.Desktop(), "ja").Within(patience)
	d.neighbourSeesNothing()
	_, err := d.service.setup.VerifyAudit(t.Context(), "aoba")
	check(t, err)
}

// drop signs in and drops all files at once, as by dragging a folder's worth of them.
func (d *dropped) drop() {
	d.t.Helper()
	d.enter(d.firm, "sato", "/desk/tray")
	d.firm.Wait(".scripted")
	d.firm.Upload("#file", d.files()...)
	at, err := url.Parse(d.firm.WaitURL(d.service.url + "/desk/tray?drop="))
	check(d.t, err)
	d.id = at.Query().Get("drop")
	d.firm.Wait(".dropped:not([data-waiting])") // the page asks by itself until nothing waits
	d.clean(d.firm, "tray")
}

// isSorted holds what the tray says of each package against what the generator knows of it.
func (d *dropped) isSorted() {
	d.t.Helper()
	rows := d.tray()
	if len(rows) != len(d.made) {
		d.t.Errorf("%d packages are in the tray, %d were dropped", len(rows), len(d.made))
	}
	for i, row := range rows {
		if want := d.wants(i, rows); row.Group != want.Group || row.Office != want.Office || !strings.Contains(row.Why, want.Why) {
			d.t.Errorf("%d %s of %s: %q at %q because %q, want %+v", i, d.made[i].Shape, d.made[i].Office.Name, row.Group, row.Office, row.Why, want)
		}
	}
}

// placeByHand has the clerk choose an office by typing a part of its name: for a package of an office that nobody
// registered, which teaches its codes, so that others find their way by themselves; and for one that names nobody.
func (d *dropped) placeByHand() {
	d.t.Helper()
	rows := d.tray()
	d.choose(rows[d.find(egovtest.Pension, stranger)], "ひかり電機", "hikari-kojo", "parcel")
	d.eventually("what has the codes that were taught finds its office", func() bool {
		for i := range d.tray("place") {
			if d.home(i) == stranger && byPension(d.made[i].Shape) {
				return false
			}
		}
		return true
	})
	d.choose(rows[d.find(egovtest.Employment, mine)], "さくら食品株式会社 本社", "sakura-honsha", "parcel-nameless")
}

// choose places one package at an office that it finds by a part of its name.
func (d *dropped) choose(row trayRow, typed string, office store.ID, shot string) {
	d.t.Helper()
	d.firm.Open(d.service.url + "/desk/tray?group=place&drop=" + d.id)
	link := fmt.Sprintf(`[data-office][href="/desk/tray/%s#s-office"]`, row.ID)
	for d.firm.Eval(fmt.Sprintf("String(document.querySelector(%q) === null)", link)) == "true" {
		d.firm.Click(`.pager a[rel=next]`)
		d.firm.WaitURL(d.service.url + "/desk/tray?")
	}
	d.firm.Click(link)
	d.firm.Wait("#narrow:focus")
	d.firm.Fill("#narrow", typed)
	d.clean(d.firm, shot)
	d.firm.Eval(fmt.Sprintf(`document.querySelector("#office").value = %q`, office))
	d.firm.Click("form.choose button")
	d.firm.WaitURL(d.service.url + "/desk/tray?done=placed")
}

// placeRest sends the same form for all others that still wait, and holds every package's office once more against whose
// it is.
func (d *dropped) placeRest() {
	d.t.Helper()
	for i, row := range d.tray("place") {
		status := d.firm.Eval(fmt.Sprintf(`fetch("/desk/tray/%s/place", {method: "POST", redirect: "manual", body: new URLSearchParams({office: %q})}).then(r => r.type)`, row.ID, officeID(d.home(i))))
		if status != "opaqueredirect" {
			d.t.Errorf("placing %d answers %s", i, status)
		}
	}
	for i, row := range d.tray() {
		if row.Group == "refused" {
			continue
		}
		if d.handed[i] = row.ID; row.Group != "ready" || row.Office != officeName(d.home(i)) {
			d.t.Errorf("%d %s is %q at %q", i, d.made[i].Shape, row.Group, row.Office)
		}
	}
}

// handOver reviews everything that is ready and delivers it.
func (d *dropped) handOver() {
	d.t.Helper()
	d.firm.Open(d.service.url + "/desk/tray?drop=" + d.id)
	d.firm.Eval(`document.querySelector("button[name=all]").click()`) // not by place: the list is long
	d.firm.WaitURL(d.service.url + "/desk/tray/review")
	if n := d.firm.Eval(`document.querySelectorAll("input[name=package]").length`); n != fmt.Sprint(len(d.handed)) {
		d.t.Errorf("%s are reviewed, %d were ready", n, len(d.handed))
	}
	d.clean(d.firm, "review")
	d.firm.Eval(`document.querySelector(".bar .primary").click()`)
	d.firm.WaitURL(d.service.url + "/desk/tray?done=handed")
	d.clean(d.firm, "handed")
	for i, row := range d.tray("ready", "place") {
		d.t.Errorf("%d %s is left in the tray as %q", i, d.made[i].Shape, row.Group)
	}
}

// waitDelivered waits for the scanner's word on each file, by which it is delivered.
func (d *dropped) waitDelivered() {
	d.t.Helper()
	for i, id := range d.handed {
		pkg, err := d.service.Portal.PackageOf(d.t.Context(), d.clerk(), id)
		check(d.t, err)
		d.eventually(fmt.Sprintf("package %d is delivered", i), func() bool {
			doc, err := d.service.Portal.DeskDocument(d.t.Context(), d.clerk(), pkg.DocumentID)
			check(d.t, err)
			d.papers[i] = delivered{document: pkg.DocumentID, delivery: doc.Deliveries[0].ID, title: doc.Document.Title}
			return doc.Deliveries[0].State == store.DeliveryDelivered
		})
		if pkg.OfficeName != officeName(d.home(i)) {
			d.t.Errorf("%d was delivered to %q", i, pkg.OfficeName)
		}
	}
}

// mailsCame puts the clock forward by what a mail waits for others, and reads what the mail server took.
func (d *dropped) mailsCame() {
	d.t.Helper()
	d.clock.Forward(2 * time.Minute)
	readers := map[string]int{mailOf("suzuki"): mine, mailOf("mori"): beside, mailOf("ito"): far}
	d.eventually("everybody who got something has a mail that counts all of it", func() bool {
		told := map[string]bool{}
		for _, m := range d.box.Mails() {
			told[m.To] = told[m.To] || strings.Contains(m.Text, fmt.Sprintf("開かれていない公文書：%d件", d.countFor(readers[m.To])))
		}
		return told[mailOf("suzuki")] && told[mailOf("mori")] && told[mailOf("ito")]
	})
	for _, m := range d.box.Mails() {
		if _, ok := readers[m.To]; !ok || !strings.Contains(m.Subject, "新しい公文書") || !strings.Contains(m.Text, d.service.url+"/deliveries") {
			d.t.Errorf("a mail to %s: %s\n%s", m.To, m.Subject, m.Text)
		}
		for _, secret := range d.secrets() {
			if strings.Contains(m.Subject+m.Text, secret) {
				d.t.Errorf("a mail to %s says %q:\n%s", m.To, secret, m.Text)
			}
		}
	}
}

// clientArrives follows the mail's link, and comes by way of the parent product's sign-in to the list of what is new.
func (d *dropped) clientArrives() {
	d.t.Helper()
	d.client.Open(d.service.url + "/deliveries")
	d.parent.signIn(d.client, "suzuki")
	d.client.WaitURL(d.service.url + "/deliveries")
	d.clean(d.client, "inbox")
}

// clientOpens reads each part of the first package of a shape, and acknowledges every other one.
func (d *dropped) clientOpens(shape egovtest.Shape) {
	d.t.Helper()
	i := d.find(shape, mine)
	paper, ok := d.papers[i]
	if !ok {
		if shape != egovtest.BareDTA { // refused
			d.t.Errorf("no %s was delivered", shape)
		}
		return
	}
	d.opened[i] = true
	text := d.readParts(shape, paper)
	for _, want := range d.shows(d.made[i]) {
		if !strings.Contains(text, bare(want)) {
			d.t.Errorf("%s does not show %q: %s", shape, want, text)
		}
	}
	if len(d.opened)%2 == 1 {
		d.client.Open(d.service.url + "/deliveries/" + string(paper.delivery))
		d.client.Submit(`form[action$="/acknowledge"]`)
		d.acknowledged[i] = true
		if d.client.Eval(`String(document.querySelector('form[action$="/acknowledge"]') === null)`) != "true" {
			d.t.Errorf("%s still asks for the acknowledgement", shape)
		}
	}
}

// readParts returns the text in the frames of all parts, without blanks. Pictures must be there and have loaded.
func (d *dropped) readParts(shape egovtest.Shape, paper delivered) (text string) {
	d.t.Helper()
	at := d.service.url + "/deliveries/" + string(paper.delivery)
	d.client.Open(at)
	if title := d.client.Text("h1"); title != paper.title {
		d.t.Errorf("%s is called %q, want %q", shape, title, paper.title)
	}
	var parts int
	fmt.Sscan(d.client.Eval(`Math.max(1, document.querySelectorAll(".parts li").length)`), &parts)
	for n := 1; n <= parts; n++ {
		d.client.Open(fmt.Sprintf("%s?part=%d", at, n))
		switch form := d.client.Eval(`document.querySelector(".look iframe, .look img")?.tagName`); {
		case form == "IFRAME":
			text += bare(d.client.Frame(fmt.Sprintf("%s/parts/%d", at, n)).Text("body"))
		case form == "IMG":
			d.client.Eval(`Promise.all([...document.querySelectorAll(".look img")].map(i => (i.loading = "eager", i.decode())))`)
			text += "[picture]"
		default:
			text += bare(d.client.Text(".look"))
		}
		d.clean(d.client, fmt.Sprintf("shape-%s-%d", shape, n))
	}
	return text
}

// clientTells records that two persons of a notice were told, and how.
func (d *dropped) clientTells() {
	d.t.Helper()
	i := d.find(egovtest.Pension, mine)
	at := d.service.url + "/deliveries/" + string(d.papers[i].delivery)
	d.client.Open(at)
	d.client.Eval(`document.querySelector('a[href$="/onward"]').click()`)
	d.client.WaitURL(at + "/onward")
	d.client.Eval(`document.querySelectorAll("input[name=person]").forEach((box, i) => box.checked = i < 2)`)
	d.client.Fill("#note", "朝礼のあと")
	d.client.Eval(`document.querySelector("button[value=tell]").click()`)
	d.client.WaitURL(at + "/onward?done=told")
	all := len(d.made[i].Persons)
	if sum := d.client.Text(".sum"); sum != fmt.Sprintf("%d名のうち %d名が未通知", all, all-2) {
		d.t.Errorf("of %d persons, two of them told, the page says %q", all, sum)
	}
	d.clean(d.client, "onward")
}

// firmSees reads the matrix, the list of who had seen a delivery, and the record of whom the client told.
func (d *dropped) firmSees() {
	d.t.Helper()
	cells := d.matrix()
	for i, p := range d.papers {
		want := "0 / 1"
		if d.opened[i] {
			want = "1 / 1"
		}
		if got := cells[p.document]; len(got) != 1 || got[officeName(d.home(i))] != want {
			d.t.Errorf("%d %s for %s: the matrix says %v, want %s", i, d.made[i].Shape, officeName(d.home(i)), got, want)
		}
	}
	if len(cells) != len(d.papers) {
		d.t.Errorf("%d documents are in the matrix, %d were handed over", len(cells), len(d.papers))
	}
	for i, p := range d.papers {
		if d.home(i) == mine {
			d.seenList(i, p)
		}
	}
	d.firm.Open(d.service.url + "/desk/documents/" + string(d.papers[d.find(egovtest.Pension, mine)].document))
	d.clean(d.firm, "sheet")
	d.firm.Open(d.service.url + "/deliveries/" + string(d.papers[d.find(egovtest.Pension, mine)].delivery) + "/onward")
	if text := d.firm.Text("main"); strings.Count(text, "通知済") != 2 || !strings.Contains(text, "朝礼のあと") || !strings.Contains(text, "鈴木 健一") {
		d.t.Errorf("the firm reads of the persons: %s", text)
	}
	d.clean(d.firm, "onward-firm")
}

// seenList demands one row, of suzuki, with the facts that there are.
func (d *dropped) seenList(i int, p delivered) {
	d.t.Helper()
	rows := strings.Split(strings.TrimSpace(d.firm.Eval(fmt.Sprintf(`fetch("/desk/deliveries/%s/seen.csv").then(r => r.text())`, p.delivery))), "\r\n")
	if len(rows) != 2 {
		d.t.Fatalf("who had seen %d: %q", i, rows)
	}
	facts := strings.Split(rows[1], ",")
	told := "0"
	if i == d.find(egovtest.Pension, mine) {
		told = "2"
	}
	if len(facts) == 9 && (facts[7] != "" || facts[8] != "") && (facts[7] != told || !d.names(i, facts[8])) {
		d.t.Errorf("who had seen %d %s: %s of %s persons were told, want %s", i, d.made[i].Shape, facts[7], facts[8], told)
	}
	if len(facts) != 9 || told == "2" && facts[7] == "" || facts[1] != officeName(mine) || facts[2] != "鈴木 健一" || (facts[4] != "") != d.opened[i] || facts[5] != "" || (facts[6] != "") != d.acknowledged[i] {
		d.t.Errorf("who had seen %d %s: %q; opened %t, acknowledged %t", i, d.made[i].Shape, facts, d.opened[i], d.acknowledged[i])
	}
}

// names reports whether the i-th package names that many persons; each counts once in every notice.
func (d *dropped) names(i int, count string) bool {
	return count == fmt.Sprint(len(d.made[i].Persons)*max(1, len(d.made[i].Kinds)))
}

// neighbourSeesNothing has mori, of the same company's works, try every address of what the headquarters got.
func (d *dropped) neighbourSeesNothing() {
	d.t.Helper()
	d.enter(d.neighbour, "mori", "/deliveries")
	i := d.find(egovtest.Pension, mine)
	at := "/deliveries/" + string(d.papers[i].delivery)
	for _, path := range []string{"", "?part=2", "/parts/1", "/parts/2", "/parts/2/file", "/persons", "/persons.csv", "/print", "/onward", "/onward.csv"} {
		if status := d.neighbour.Eval(fmt.Sprintf(`fetch(%q).then(r => r.status)`, at+path)); status != "404" {
			d.t.Errorf("%s answers the neighbour with %s", path, status)
		}
	}
	for _, p := range d.ofOffice(mine) {
		if status := d.neighbour.Eval(fmt.Sprintf(`fetch("/deliveries/%s").then(r => r.status)`, p.delivery)); status != fmt.Sprint(http.StatusNotFound) {
			d.t.Errorf("the headquarters' %s answers the neighbour with %s", p.title, status)
		}
	}
	d.neighbour.Open(d.service.url + "/search?q=" + d.made[i].Arrival)
	if found := d.neighbour.Eval(`document.querySelectorAll('main a[href^="/deliveries/"]').length`); found != "0" {
		d.t.Errorf("the neighbour finds %s of the headquarters' by its 到達番号", found)
	}
	d.neighbour.Open(d.service.url + at)
	if text := d.neighbour.Text("main"); strings.Contains(text, d.papers[i].title) || strings.Contains(text, officeName(mine)) {
		d.t.Errorf("the neighbour reads %s", text)
	}
	d.neighbour.Shot("drop-neighbour")
}

// clean demands that the browser had nothing to complain of, and leaves a picture.
func (d *dropped) clean(p *interop.Page, name string) {
	d.t.Helper()
	p.Shot("drop-" + name)
	for _, e := range p.Errors() {
		d.t.Errorf("%s: the browser says %s", name, e)
	}
}

func (d *dropped) clerk() portal.Actor {
	return portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: d.parent.trust}
}
