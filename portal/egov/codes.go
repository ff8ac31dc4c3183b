package egov

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Codes are the numbers by which a document names one office (事業所). Each may be empty.
type Codes struct {
	ReferenceCode             string // 事業所整理記号: 01-アイウ, in full-width kana
	OfficeNumber              string // 事業所番号: digits
	LaborInsuranceNumber      string // 労働保険番号: 14 digits
	EmploymentInsuranceNumber string // 雇用保険適用事業所番号: 11 digits
	CorporateNumber           string // 法人番号: 13 digits with a right check digit
}

// merge fills what is empty from o; false if they name different offices.
func (c *Codes) merge(o Codes) bool {
	pairs := [...][2]*string{
		{&c.ReferenceCode, &o.ReferenceCode}, {&c.OfficeNumber, &o.OfficeNumber},
		{&c.LaborInsuranceNumber, &o.LaborInsuranceNumber},
		{&c.EmploymentInsuranceNumber, &o.EmploymentInsuranceNumber}, {&c.CorporateNumber, &o.CorporateNumber},
	}
	for _, p := range pairs {
		if *p[0] != "" && *p[1] != "" && *p[0] != *p[1] {
			return false
		}
	}
	for _, p := range pairs {
		if *p[0] == "" {
			*p[0] = *p[1]
		}
	}
	return true
}

// maxOffices is how many offices a document may name; more are not looked at.
const maxOffices = 100

// addCodes adds c to those of a document: into the one it agrees with, else as another office.
func addCodes(list []Codes, c Codes) []Codes {
	if c == (Codes{}) {
		return list
	}
	for i := range list {
		if list[i].merge(c) {
			return list
		}
	}
	if len(list) == maxOffices {
		return list
	}
	return append(list, c)
}

// ReferenceCode normalises a 事業所整理記号: a prefecture's or district's number and the office's sign, joined by one
// hyphen ("０１－ｱｲｳ" and "01 アイウ" are 01-アイウ).
func ReferenceCode(s string) (string, bool) {
	m := referenceForm.FindStringSubmatch(strings.ToUpper(hyphened(Plain(s))))
	if m == nil {
		return "", false
	}
	return m[1] + "-" + cmp.Or(m[2], m[3]), true
}

// The sign is kana or letters, or digits where offices number through; the separator may be missing before a letter.
var referenceForm = regexp.MustCompile(`^(\d{2})(?:[- ]*([\p{Katakana}\p{Hiragana}A-Z]{1,5})|[- ]+([\p{Katakana}\p{Hiragana}A-Z0-9]{1,5}))$`)

// OfficeNumber normalises a 事業所番号: one to five digits, zeros ahead as they are.
func OfficeNumber(s string) (string, bool) {
	d := Plain(s)
	return d, allDigits(d) && len(d) <= 5
}

// LaborInsuranceNumber normalises a 労働保険番号 to its 14 digits: prefecture 2, jurisdiction 1, district 2, main 6,
// branch 3. Without a branch, 000 is added.
func LaborInsuranceNumber(s string) (string, bool) {
	d, ok := numberOf(s)
	if len(d) == 11 {
		d += "000"
	}
	return d, ok && len(d) == 14 && d[:2] >= "01" && d[:2] <= "47"
}

// EmploymentInsuranceNumber normalises a 雇用保険適用事業所番号 to its 11 digits (4-6-1).
func EmploymentInsuranceNumber(s string) (string, bool) {
	d, ok := numberOf(s)
	return d, ok && len(d) == 11
}

// CorporateNumber normalises a 法人番号 to its 13 digits, if the check digit ahead is right (法人番号の指定等に関する省令
// 2条).
func CorporateNumber(s string) (string, bool) {
	d, ok := numberOf(s)
	if !ok || len(d) != 13 {
		return "", false
	}
	sum := 0
	for n := 1; n <= 12; n++ {
		sum += int(d[13-n]-'0') * (2 - n%2)
	}
	return d, int(d[0]-'0') == 9-sum%9
}

// numberOf is s without hyphens and blanks; false if anything but digits is left.
func numberOf(s string) (string, bool) {
	s = strings.NewReplacer("-", "", " ", "").Replace(hyphened(Plain(s)))
	return s, allDigits(s)
}

// codesInText finds codes that running text names with their label, as labour bureaus' covers do.
func codesInText(text string) Codes {
	text = hyphened(Plain(text))
	var c Codes
	for _, l := range labelledCodes {
		for _, m := range l.form.FindAllStringSubmatch(text, 4) {
			if v, ok := l.read(m[1]); ok {
				*l.field(&c) = v
				break
			}
		}
	}
	return c
}

// labelledCode is one kind of number in running text.
type labelledCode struct {
	form  *regexp.Regexp
	read  func(string) (string, bool)
	field func(*Codes) *string
}

const afterLabel = `[^\p{L}\d]{0,6}`

var labelledCodes = []labelledCode{
	{regexp.MustCompile(`整理記号` + afterLabel + `(\d{2}[- ]?[\p{Katakana}\p{Hiragana}A-Z]{1,5})`), ReferenceCode,
		func(c *Codes) *string { return &c.ReferenceCode }},
	{regexp.MustCompile(`(?:^|[^用])事業所番号` + afterLabel + `(\d{1,5})(?:[^\d-]|$)`), OfficeNumber,
		func(c *Codes) *string { return &c.OfficeNumber }},
	{regexp.MustCompile(`労働保険番号` + afterLabel + `(\d[\d -]{9,18}\d)`), LaborInsuranceNumber,
		func(c *Codes) *string { return &c.LaborInsuranceNumber }},
	{regexp.MustCompile(`雇用保険(?:適用)?事業所番号` + afterLabel + `(\d{4}-?\d{6}-?\d)`), EmploymentInsuranceNumber,
		func(c *Codes) *string { return &c.EmploymentInsuranceNumber }},
	{regexp.MustCompile(`法人番号` + afterLabel + `(\d[\d -]{11,17}\d)`), CorporateNumber,
		func(c *Codes) *string { return &c.CorporateNumber }},
}

// codesOfFields finds codes in a form's fields, whichever way their names are cut.
func codesOfFields(fields []Field) Codes {
	var c Codes
	set := func(to *string, read func(string) (string, bool), value string) {
		if v, ok := read(value); ok && *to == "" {
			*to = v
		}
	}
	for _, f := range fields {
		switch label := f.Label; {
		case strings.Contains(label, "整理記号"):
			set(&c.ReferenceCode, ReferenceCode, f.Value)
		case strings.Contains(label, "労働保険番号"):
			set(&c.LaborInsuranceNumber, LaborInsuranceNumber, f.Value)
		case strings.Contains(label, "法人番号"):
			set(&c.CorporateNumber, CorporateNumber, f.Value)
		case strings.Contains(label, "雇用保険") && strings.Contains(label, "事業所番号"),
			strings.Contains(label, "適用事業所番号"):
			set(&c.EmploymentInsuranceNumber, EmploymentInsuranceNumber, f.Value)
		case slices.Contains([]string{"事業所番号", "船舶所有者番号"}, label):
			set(&c.OfficeNumber, OfficeNumber, f.Value)
		}
	}
	return c
}
