package egovtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"golang.org/x/text/encoding/japanese"
)

// Office is a made-up workplace.
type Office struct {
	Name          string
	Owner         string // the employer
	Postal        string
	Address       string
	PensionOffice string
	District      string // of the 事業所整理記号: two digits
	Sign          string // of the 事業所整理記号: half-width kana
	Number        string // 事業所番号
	Labor         string // 労働保険番号, 14 digits
	Employment    string // 雇用保険適用事業所番号, 11 digits
	Corporate     string // 法人番号
}

// Person is a made-up insured person.
type Person struct {
	Name   string // kanji, an ideographic space between
	Kana   string // half-width
	Number string // 被保険者整理番号
	Era    string // of birth: 昭和 or 平成
	Year   int
	Month  int
	Day    int
	Sex    string
	Basic  string // 基礎年金番号, ten digits
	Salary int    // thousand yen
}

// Generator makes offices, persons and packages. It is not safe for use by several goroutines.
type Generator struct {
	rand   *rand.Rand
	day    time.Time // of the documents
	serial int
	signer *Authority
}

// New returns a generator; the same seed makes the same things in the same order.
func New(seed uint64) *Generator {
	return &Generator{
		rand: rand.New(rand.NewPCG(seed, 0x65476f76)),
		day:  time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
	}
}

// SignWith makes Options.Signed work.
func (g *Generator) SignWith(a *Authority) { g.signer = a }

func pick[T any](g *Generator, list []T) T { return list[g.rand.IntN(len(list))] }

func (g *Generator) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + g.rand.IntN(10)))
	}
	return b.String()
}

// Office makes one up.
func (g *Generator) Office() Office {
	s := pick(g, surnames())
	place := pick(g, []string{"北", "南", "東", "西", "中央", "港", "緑", "旭"})
	return Office{
		Name:          pick(g, []string{"株式会社", "有限会社", "合同会社"}) + place + pick(g, []string{"商事", "製作所", "運輸", "食品", "設計", "電機"}),
		Owner:         s[0] + "　" + pick(g, givenNames())[0],
		Postal:        "000-" + g.digits(4),
		Address:       "架空県" + place + "市見本町" + fmt.Sprint(1+g.rand.IntN(9)) + "丁目" + fmt.Sprint(1+g.rand.IntN(20)) + "番",
		PensionOffice: place + "年金事務所",
		District:      fmt.Sprintf("%02d", 1+g.rand.IntN(98)),
		Sign:          pick(g, kanaSigns()) + pick(g, kanaSigns()) + pick(g, kanaSigns()),
		Number:        fmt.Sprintf("%05d", 1+g.rand.IntN(99998)),
		Labor:         fmt.Sprintf("%02d%d%s", 1+g.rand.IntN(47), 1+2*g.rand.IntN(2), g.digits(11)),
		Employment:    g.digits(11),
		Corporate:     g.corporate(),
	}
}

// corporate makes a 法人番号 with its check digit.
func (g *Generator) corporate() string {
	d := g.digits(12)
	sum := 0
	for n := 1; n <= 12; n++ {
		weight := 1
		if n%2 == 0 {
			weight = 2
		}
		sum += int(d[12-n]-'0') * weight
	}
	return fmt.Sprint(9-sum%9) + d
}

// Persons makes up n of them, numbered from 1.
func (g *Generator) Persons(n int) []Person {
	people := make([]Person, n)
	for i := range people {
		s, f := pick(g, surnames()), pick(g, givenNames())
		people[i] = Person{
			Name: s[0] + "　" + f[0], Kana: s[1] + " " + f[1], Number: fmt.Sprint(i + 1),
			Era: pick(g, []string{"昭和", "平成"}), Month: 1 + g.rand.IntN(12), Day: 1 + g.rand.IntN(28),
			Sex: pick(g, []string{"男", "女"}), Basic: g.digits(10), Salary: pick(g, []int{200, 260, 320, 410, 530, 650}),
		}
		people[i].Year = 40 + g.rand.IntN(23)
		if people[i].Era == "平成" {
			people[i].Year = 2 + g.rand.IntN(15)
		}
	}
	return people
}

// arrival makes a 到達番号: the day and a serial number, eighteen digits.
func (g *Generator) arrival() string {
	g.serial++
	return g.day.Format("20060102") + fmt.Sprintf("%04d", g.rand.IntN(10000)) + fmt.Sprintf("%06d", g.serial)
}

// cp932 is s as Windows in Japan writes it.
func cp932(s string) []byte {
	b, err := japanese.ShiftJIS.NewEncoder().String(s)
	must(err)
	return []byte(b)
}

// wareki is a day of 令和 as documents print it.
func wareki(t time.Time) string {
	return fmt.Sprintf("令和%02d年%02d月%02d日", t.Year()-2018, t.Month(), t.Day())
}

func surnames() [][2]string {
	return [][2]string{{"見本", "ﾐﾎﾝ"}, {"架空", "ｶｸｳ"}, {"例示", "ﾚｲｼﾞ"}, {"試験", "ｼｹﾝ"}, {"髙橋", "ﾀｶﾊｼ"}, {"山﨑", "ﾔﾏｻﾞｷ"},
		{"雛形", "ﾋﾅｶﾞﾀ"}, {"書式", "ｼｮｼｷ"}, {"仮名", "ｶﾒｲ"}, {"模擬", "ﾓｷﾞ"}}
}

func givenNames() [][2]string {
	return [][2]string{{"一郎", "ｲﾁﾛｳ"}, {"花子", "ﾊﾅｺ"}, {"次郎", "ｼﾞﾛｳ"}, {"桜", "ｻｸﾗ"}, {"健", "ｹﾝ"}, {"純子", "ｼﾞｭﾝｺ"},
		{"進", "ｽｽﾑ"}, {"葵", "ｱｵｲ"}, {"翔太", "ｼｮｳﾀ"}, {"美咲", "ﾐｻｷ"}}
}

func kanaSigns() []string {
	return []string{"ｱ", "ｲ", "ｳ", "ｴ", "ｵ", "ｶ", "ｷ", "ｸ", "ｹ", "ｺ", "ｻ", "ｼ", "ﾀ", "ﾅ", "ﾊ", "ﾏ", "ﾗ", "ﾜ"}
}
