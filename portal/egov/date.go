package egov

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// Date is a day, or a month, of a document.
type Date struct {
	Time  time.Time // midnight UTC of the calendar day; of the month's first where there is no day; zero if not readable
	Month bool      // only year and month are known
	Era   string    // 令和 …; empty if the document counts in Western years
	Year  int       // the era's year; 0 without Era
	Text  string    // as the document has it
}

// Known reports whether the text could be read as a date.
func (d Date) Known() bool { return !d.Time.IsZero() }

// era is one Japanese era: what it is called and when it began.
type era struct {
	name  string
	signs string // letters and the numbers of social-insurance forms
	first time.Time
}

// eras are the modern ones, newest first. Forms for social insurance write them 9, 7, 5, 3, 1.
func eras() [5]era {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	return [...]era{
		{"令和", "R9", day(2019, 5, 1)},
		{"平成", "H7", day(1989, 1, 8)},
		{"昭和", "S5", day(1926, 12, 25)},
		{"大正", "T3", day(1912, 7, 30)},
		{"明治", "M1", day(1868, 1, 25)},
	}
}

func eraOf(name string) (era, bool) {
	name = strings.ToUpper(strings.TrimRight(Plain(name), ".- "))
	for _, e := range eras() {
		if name == e.name || len(name) == 1 && strings.Contains(e.signs, name) || name == e.name[:len("令")] {
			return e, true
		}
	}
	return era{}, false
}

// ParseDate reads every form in which documents write a day or a month: Western (2015年03月09日, 2015/03/09, 15/02/26,
// 20150309) and by era (令和８年６月１日, 令和 8年 6月, R8.6.1, R08-06-01, 9-080601, 元年, 八年六月一日), in full width or
// half. A year of two digits without an era is one of 2000 to 2099. What cannot be read, or is no day of the calendar,
// is a Date with its Text alone.
func ParseDate(text string) Date {
	d := Date{Text: strings.TrimFunc(text, blank)}
	s := numerals(hyphened(strings.ToUpper(width.Fold.String(d.Text))))
	s = strings.Join(strings.FieldsFunc(s, blank), "")
	for _, form := range dateForms {
		if m := form.FindStringSubmatch(s); m != nil {
			return d.set(m[1], m[2], m[3], m[4])
		}
	}
	return d
}

// dateForms have four groups: era, year, month, day.
var dateForms = []*regexp.Regexp{
	regexp.MustCompile(`^(令和|平成|昭和|大正|明治|[令平昭大明]|[RHSTM][.-]?|[13579]-)?(元|\d{1,4})年(\d{1,2})月(?:(\d{1,2})日)?(?:[(（].?[)）])?$`),
	regexp.MustCompile(`^([RHSTM][.-]?|[13579]-|令和|平成|昭和|大正|明治)(\d{1,2})[./-](\d{1,2})(?:[./-](\d{1,2}))?$`),
	regexp.MustCompile(`^()(\d{4}|\d{2})[./-](\d{1,2})(?:[./-](\d{1,2}))?$`),
	regexp.MustCompile(`^([RHSTM][.-]?|[13579]-?|令和|平成|昭和|大正|明治)(\d{2})(\d{2})(\d{2})$`),
	regexp.MustCompile(`^()(\d{4})(\d{2})(\d{2})$`),
}

// dateOf reads a date that a form holds in separate fields.
func dateOf(eraField, year, month, day string) Date {
	var text strings.Builder
	for _, part := range [...]struct{ value, unit string }{{eraField, ""}, {year, "年"}, {month, "月"}, {day, "日"}} {
		if v := Plain(part.value); v != "" {
			text.WriteString(v + strings.TrimPrefix(part.unit, v[max(0, len(v)-len("年")):]))
		}
	}
	d := Date{Text: text.String()}
	field := func(s string) string { return strings.TrimRight(numerals(Plain(s)), "年月日") }
	return d.set(Plain(eraField), field(year), field(month), field(day))
}

// set fills d from its parts, or leaves it unknown. A year beyond an era's end is taken: documents made in one era name
// days that came to lie in the next.
func (d Date) set(eraName, year, month, day string) Date {
	y, yearErr := strconv.Atoi(strings.Replace(year, "元", "1", 1))
	m, monthErr := strconv.Atoi(month)
	dayOf, dayErr := strconv.Atoi(cmp.Or(day, "1"))
	if yearErr != nil || monthErr != nil || dayErr != nil || y < 1 {
		return d
	}
	e, named := eraOf(eraName)
	switch {
	case named && y < 100:
		d.Era, d.Year = e.name, y
		y += e.first.Year() - 1
	case eraName != "":
		return d
	case y < 100:
		y += 2000
	}
	t := time.Date(y, time.Month(m), dayOf, 0, 0, 0, 0, time.UTC)
	if t.Year() != y || int(t.Month()) != m || t.Day() != dayOf || y < 1868 || d.tooEarly(e, t, day == "") {
		return Date{Text: d.Text}
	}
	d.Time, d.Month = t, day == ""
	return d
}

// tooEarly: a day before the era began was never written so. A month is in it if its last day is.
func (d Date) tooEarly(e era, t time.Time, month bool) bool {
	if month {
		t = t.AddDate(0, 1, -1)
	}
	return d.Era != "" && t.Before(e.first)
}

// numerals turns the kanji numbers up to 九十九 that stand before 年, 月 or 日 into digits.
func numerals(s string) string {
	return kanjiNumber.ReplaceAllStringFunc(s, func(m string) string {
		r := []rune(m)
		n, digit := 0, 0
		for _, c := range r[:len(r)-1] {
			if c == '十' {
				n, digit = n+10*max(digit, 1), 0
				continue
			}
			digit = 10*digit + strings.Index("〇一二三四五六七八九", string(c))/len("一")
		}
		return strconv.Itoa(n+digit) + string(r[len(r)-1])
	})
}

var kanjiNumber = regexp.MustCompile(`[〇一二三四五六七八九十]{1,4}[年月日]`)
