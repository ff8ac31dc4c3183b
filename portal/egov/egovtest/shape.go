package egovtest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Shape is one of the ways in which packages are built.
type Shape string

// The shapes.
const (
	Pension      Shape = "pension"       // cover, stylesheet, notice, stylesheet; no folder; data descriptors
	PensionPDF   Shape = "pension-pdf"   // the same with a PDF for a notice
	Several      Shape = "several"       // several notices in one package
	Returned     Shape = "returned"      // a text and a nested ZIP with a folder and a 返戻票
	Labour       Shape = "labour"        // a labour bureau's review with a PDF, in a folder, names in CP932
	Employment   Shape = "employment"    // PDFs alone
	FilingCopy   Shape = "filing-copy"   // cover named with twenty digits, the filing's data
	Data         Shape = "data"          // cover and a .DTA that cannot be shown
	Comment      Shape = "comment"       // a message
	Mismatched   Shape = "mismatched"    // the instruction names another stylesheet than is there
	Missing      Shape = "missing"       // no stylesheet at all
	Foldered     Shape = "foldered"      // the pension shape in a folder, UTF-8 names flagged
	Encoded      Shape = "encoded"       // percent-encoded references, decomposed names without a flag
	BareXML      Shape = "bare-xml"      // a notice by itself
	BarePDF      Shape = "bare-pdf"      // a PDF by itself
	BareDTA      Shape = "bare-dta"      // a .DTA by itself
	ElderNotice  Shape = "elder"         // a notice on employees aged 70 or over
	BonusNotice  Shape = "bonus"         // field names parted by "x"
	KanaFallback Shape = "kana-fallback" // a person without kanji
)

// Shapes lists all of them.
func Shapes() []Shape {
	return []Shape{Pension, PensionPDF, Several, Returned, Labour, Employment, FilingCopy, Data, Comment, Mismatched,
		Missing, Foldered, Encoded, BareXML, BarePDF, BareDTA, ElderNotice, BonusNotice, KanaFallback}
}

// Options say what a package is about; what is left out is made up.
type Options struct {
	Office  *Office
	Persons []Person
	Signed  bool // needs [Generator.SignWith]; shapes without a cover stay unsigned
	Sign    SignOptions
}

// Package is a package and what is in it.
type Package struct {
	Name     string // of the upload
	Data     []byte
	Shape    Shape
	Arrival  string // 到達番号; empty if the package does not say it
	Number   string // 文書番号
	Title    string
	Day      time.Time // of the document; zero if it has none
	Office   Office
	Persons  []Person // whom notices name
	Kinds    []string // of its notices and cover, as codes
	Deadline time.Time
	Files    []string // names in the order of the archive
	Signed   bool
}

// maker builds one package.
type maker struct {
	g       *Generator
	o       Options
	p       *Package
	entries []Entry
	cover   coverText
	review  bool
}

// Package makes one of that shape.
func (g *Generator) Package(shape Shape, o Options) Package {
	m := g.maker(shape, o)
	switch shape {
	case Pension:
		m.notices(linkByRef, "7130001")
		m.pack("", false)
	case PensionPDF:
		m.pdf("7130001.pdf", linkByRef)
		m.pack("", false)
	case Several:
		m.notices(linkByText, "7130001", "7200001")
		m.pack("", false)
	case Foldered:
		m.notices(linkByRef, "7100001")
		m.pack(m.p.Arrival+"/", true)
	case ElderNotice:
		m.notices(linkByRef, "7200001")
		m.pack("", false)
	case BonusNotice:
		m.notices(linkByRef, "7150001")
		m.pack("", false)
	case KanaFallback:
		m.p.Persons = slices.Clone(m.p.Persons)
		m.p.Persons[0].Name = ""
		m.notices(linkByRef, "7100001")
		m.pack("", false)
	case Mismatched:
		m.p.Kinds, m.p.Persons = nil, nil
		m.cover.stylesheet = "stylesheet-001.xsl"
		m.addCover(nil)
		m.add("スタイルシート1.xsl", coverStylesheet())
		m.pack("", false)
	case Missing:
		m.notices(linkByRef, "7140001")
		m.entries = slices.DeleteFunc(m.entries, func(e Entry) bool { return strings.HasSuffix(string(e.Name), ".xsl") })
		m.pack("", false)
	default:
		m.special(shape)
	}
	return *m.p
}

// special makes the shapes that share nothing with the pension service's.
func (m *maker) special(shape Shape) {
	switch shape {
	case Returned:
		m.returned()
	case Labour:
		m.labour()
	case Employment:
		m.employment()
	case FilingCopy:
		m.filingCopy()
	case Data:
		m.data()
	case Comment:
		m.comment()
	case Encoded:
		m.encoded()
	case BareXML:
		f := form("7100001")
		m.p.Name, m.p.Kinds, m.p.Title = f.Code+".xml", []string{f.Code}, ""
		m.p.Data = f.notice(m.p.Office, m.p.Persons, m.p.Arrival, m.p.Day)
	case BarePDF:
		m.alone("2501793096_雇用保険被保険者資格取得等確認通知書.pdf", PDF("雇用保険被保険者資格取得等確認通知書", m.p.Office.Name))
	case BareDTA:
		m.alone("SHFD0039.DTA", dta(m.p.Office))
	default:
		panic("egovtest: no shape " + string(shape))
	}
}

func (g *Generator) maker(shape Shape, o Options) *maker {
	p := &Package{Shape: shape, Arrival: g.arrival(), Day: g.day.AddDate(0, 0, g.rand.IntN(28)), Persons: o.Persons}
	if o.Office != nil {
		p.Office = *o.Office
	} else {
		p.Office = g.Office()
	}
	if p.Persons == nil {
		p.Persons = g.Persons(1 + g.rand.IntN(7))
	}
	p.Number = fmt.Sprintf("年機構第%06d号", g.serial)
	p.Title = "日本年金機構からの通知書の送付について"
	m := &maker{g: g, o: o, p: p}
	m.cover = coverText{
		arrival: p.Arrival, number: p.Number, day: wareki(p.Day), stylesheet: "kagami.xsl", office: p.Office,
		author: [2]string{"日本年金機構", p.Office.PensionOffice}, title: p.Title, secrecy: "親展",
		main: []string{"標記について、別添のとおり送付します。"}, second: []string{"別添の通知書をご確認ください。"},
	}
	return m
}

func (m *maker) add(name string, data []byte) {
	m.entries = append(m.entries, Entry{Name: []byte(name), Data: data})
}

// addCover writes the cover, signed if that is wanted, ahead of what was added.
func (m *maker) addCover(parts []Part) {
	body := m.cover.body()
	if m.review {
		body = m.cover.reviewBody(m.p.Day.AddDate(0, 0, -10))
	}
	signature := ""
	if m.o.Signed {
		signature = m.g.signer.Signature(body, parts, m.o.Sign)
		m.p.Signed = true
	}
	cover := Entry{Name: []byte(m.coverName()), Data: m.cover.xml(body, signature)}
	m.entries = append([]Entry{cover}, m.entries...)
}

func (m *maker) coverName() string {
	switch m.p.Shape {
	case FilingCopy:
		return m.p.Arrival + "01.xml"
	case Comment:
		return "commenttsuuchi.xml"
	}
	return m.p.Arrival + ".xml"
}

// notices adds notices of these codes with their stylesheets, and the cover.
func (m *maker) notices(style coverStyle, codes ...string) {
	var parts []Part
	m.cover.style = style
	for _, code := range codes {
		f := form(code)
		data := f.notice(m.p.Office, m.p.Persons, m.p.Arrival, m.p.Day)
		m.add(code+".xml", data)
		m.add(code+".xsl", f.stylesheet())
		m.cover.parts = append(m.cover.parts, coverPart{code + ".xml", f.Title})
		parts = append(parts, Part{code + ".xml", data})
		if m.o.Sign.Styles {
			parts = append(parts, Part{code + ".xsl", f.stylesheet()})
		}
	}
	m.p.Kinds = codes
	m.add("kagami.xsl", coverStylesheet())
	if m.o.Sign.Styles {
		parts = append(parts, Part{"kagami.xsl", coverStylesheet()})
	}
	m.addCover(parts)
}

func (m *maker) pdf(name string, style coverStyle) {
	data := PDF(m.p.Title, m.p.Office.Name)
	m.add(name, data)
	m.add("kagami.xsl", coverStylesheet())
	m.cover.style = style
	m.cover.parts = []coverPart{{name, "通知書"}}
	m.p.Persons, m.p.Kinds = nil, nil
	uri := name
	if style == linkByURI {
		uri = percent(name)
	}
	m.addCover([]Part{{uri, data}})
}

// pack writes the archive the way the e-Gov server does: data descriptors, names in CP932 unless flagged.
func (m *maker) pack(folder string, flagged bool) {
	m.p.Name, m.p.Data = m.p.Arrival+".zip", m.archive(folder, flagged)
}

func (m *maker) archive(folder string, flagged bool) []byte {
	var entries []Entry
	if folder != "" {
		entries = append(entries, Entry{Name: []byte(folder)})
	}
	for _, e := range m.entries {
		m.p.Files = append(m.p.Files, string(e.Name))
		e.Name = append([]byte(folder), e.Name...)
		e.UTF8 = flagged
		if !flagged {
			e.Name = cp932(string(e.Name))
		}
		e.Descriptor = true
		entries = append(entries, e)
	}
	return Archive(entries...)
}

func (m *maker) alone(name string, data []byte) {
	m.p.Name, m.p.Data, m.p.Files = name, data, []string{name}
	m.p.Arrival, m.p.Number, m.p.Persons, m.p.Kinds, m.p.Title, m.p.Day = "", "", nil, nil, "", time.Time{}
}

func (m *maker) returned() {
	m.p.Deadline = m.p.Day.AddDate(0, 0, 14)
	data := returned(m.p.Office, m.p.Deadline)
	m.add("henrei.xml", data)
	m.add("henrei.xsl", returnedStylesheet())
	m.add("kagami.xsl", coverStylesheet())
	m.cover.title, m.cover.parts = "返戻のお知らせ", []coverPart{{"henrei.xml", "返戻票"}}
	m.p.Title, m.p.Kinds, m.p.Persons = m.cover.title, []string{"returned"}, nil
	m.addCover([]Part{{"henrei.xml", data}})
	inner := m.archive(m.p.Arrival+"/", false)
	text := []byte("\ufeff返戻のお知らせ\r\n同封の書類をご確認ください。\r\n")
	m.p.Files = append(m.p.Files, "返戻のお知らせ.txt")
	m.p.Name = m.p.Arrival + ".zip"
	m.p.Data = Archive(Entry{Name: []byte("返戻のお知らせ.txt"), Data: text, UTF8: true, Descriptor: true},
		Entry{Name: []byte(m.p.Arrival + ".zip"), Data: inner, UTF8: true, Descriptor: true, Stored: true})
}

func (m *maker) labour() {
	name := "01_控え文書.pdf"
	data := PDF("概算・確定保険料申告書", m.p.Office.Name)
	m.add(name, data)
	m.add("鑑文書表示用スタイルシート.xsl", reviewStylesheet())
	m.review = true
	m.cover.style, m.cover.stylesheet = linkByURI, percent("鑑文書表示用スタイルシート.xsl")
	m.cover.parts, m.cover.author = []coverPart{{name, "控え文書"}}, [2]string{"架空労働局"}
	m.cover.main = []string{"審査が終了しました。", "労働保険番号：" + m.laborNumber(), "同封の控えを保管してください。"}
	m.p.Title, m.p.Kinds, m.p.Persons, m.p.Number = "電子申請に対する審査結果について", []string{"review"}, nil, ""
	m.addCover([]Part{{percent(name), data}})
	m.pack(m.p.Arrival+"/", false)
	m.p.Name = m.p.Arrival + "_" + m.p.Day.Format("20060102") + "120000.zip"
}

func (m *maker) laborNumber() string {
	n := m.p.Office.Labor
	return n[:2] + "-" + n[2:3] + "-" + n[3:5] + "-" + n[5:11] + "-" + n[11:]
}

func (m *maker) employment() {
	titles := []string{"雇用保険被保険者資格取得等確認通知書", "雇用保険被保険者証"}
	m.add(m.p.Arrival+"-0001_"+titles[0]+".pdf", PDF(titles[0], m.p.Office.Name))
	m.add(m.p.Arrival+"-0002_"+titles[1]+".pdf", PDF(titles[1], m.p.Office.Name))
	m.p.Title, m.p.Kinds, m.p.Persons = strings.Join(titles, "・"), nil, nil
	m.p.Number, m.p.Day = "", time.Time{}
	m.pack("", false)
}

func (m *maker) filingCopy() {
	data := filingCopy(m.p.Office, m.p.Persons[0])
	m.p.Persons = m.p.Persons[:1]
	name := m.p.Arrival + "_data.xml"
	m.add(name, data)
	m.add("kagami.xsl", coverStylesheet())
	m.cover.title, m.cover.main = "届出控", []string{"電子申請データの写しを送付します。"}
	m.cover.parts = []coverPart{{name, "届出データ"}}
	m.p.Title, m.p.Kinds = m.cover.title, []string{"filing-copy"}
	m.addCover([]Part{{name, data}})
	m.pack("", false)
}

func (m *maker) data() {
	m.add("SHFD0039.DTA", dta(m.p.Office))
	m.add("kagami.xsl", coverStylesheet())
	m.cover.parts = []coverPart{{"SHFD0039.DTA", "被保険者データ"}}
	m.p.Persons, m.p.Kinds = nil, nil
	m.addCover([]Part{{"SHFD0039.DTA", m.entries[0].Data}})
	m.pack("", false)
}

func (m *maker) comment() {
	m.add(m.p.Arrival+".xsl", coverStylesheet())
	m.cover.stylesheet, m.cover.secrecy, m.cover.number = m.p.Arrival+".xsl", "COMMENT", m.p.Arrival
	m.cover.title, m.cover.main, m.cover.second = "コメント（メッセージ）", nil, []string{"申請内容についてご確認ください。"}
	m.cover.day = m.p.Day.Format("2006年01月02日")
	m.p.Title, m.p.Kinds, m.p.Persons, m.p.Number = m.cover.title, []string{"comment"}, nil, m.p.Arrival
	m.addCover(nil)
	m.pack("", false)
}

// encoded has a name with voiced kana, decomposed in the archive as macOS does, and percent-encoded in the references.
func (m *maker) encoded() {
	m.pdf("ガイド_通知書.pdf", linkByURI)
	decomposed := strings.NewReplacer("ガ", "カ\u3099", "ド", "ト\u3099")
	m.p.Name = m.p.Arrival + ".zip"
	for i, e := range m.entries {
		m.p.Files = append(m.p.Files, string(e.Name))
		m.entries[i].Name = []byte(decomposed.Replace(string(e.Name)))
	}
	m.p.Data = Archive(m.entries...)
}

// dta looks like the service's data files: records in CP932, then a block that nobody can read.
func dta(o Office) []byte {
	head := cp932("22223," + o.District + "," + o.Sign + "," + o.Number + "\r\n[kanri]\r\n" + o.Name + "\r\n")
	block := make([]byte, 256)
	for i := range block {
		block[i] = byte(i*73 + 11)
	}
	return append(head, block...)
}

// Upload packs packages into one ZIP, as a person does who drops a month at once.
func Upload(packages ...Package) []byte {
	var entries []Entry
	used := map[string]int{}
	for _, p := range packages {
		name := p.Name
		if n := used[name]; n > 0 {
			dot := strings.LastIndexByte(name, '.')
			name = fmt.Sprintf("%s (%d)%s", name[:dot], n, name[dot:])
		}
		used[p.Name]++
		entries = append(entries, Entry{Name: []byte(name), Data: p.Data, UTF8: true, Stored: true})
	}
	return Archive(entries...)
}
