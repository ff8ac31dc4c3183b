package store

import (
	"strings"
	"unicode"
)

// CodeSystem is who numbers offices.
type CodeSystem string

const (
	CodePension    CodeSystem = "pension"    // 事業所整理記号 and 事業所番号, together
	CodeLabor      CodeSystem = "labor"      // 労働保険番号
	CodeEmployment CodeSystem = "employment" // 雇用保険適用事業所番号
	CodeCorporate  CodeSystem = "corporate"  // 法人番号
)

// OfficeCode is a number by which a 公文書 names an office. Code has digits and letters alone, in one width and case;
// NewOfficeCode makes one.
type OfficeCode struct {
	System CodeSystem
	Code   string
}

// NewOfficeCode returns the code whose parts are written so, in full or half width, with or without blanks, hyphens and
// slashes between. A part that is missing makes the zero code, which names no office.
func NewOfficeCode(system CodeSystem, parts ...string) OfficeCode {
	var code strings.Builder
	for _, part := range parts {
		bare := bareCode(part)
		if bare == "" {
			return OfficeCode{}
		}
		code.WriteString(bare)
	}
	if code.Len() == 0 {
		return OfficeCode{}
	}
	return OfficeCode{system, code.String()}
}

// bareCode drops what is written between the digits and letters of a code and folds their width and case: a person typed
// the office's own, a machine the document's. No code has a long vowel mark; it is typed where a hyphen is meant.
func bareCode(s string) string {
	var letters []rune
	for _, r := range s {
		switch r = foldWidth(r); {
		case r == 'ﾞ' || r == '゛' || r == '\u3099':
			voice(letters)
		case r == 'ﾟ' || r == '゜' || r == '\u309A':
			halfVoice(letters)
		case r != 'ー' && (unicode.IsDigit(r) || unicode.IsLetter(r)):
			letters = append(letters, unicode.ToUpper(r))
		}
	}
	return string(letters)
}

// halfKana are the half-width katakana from U+FF66 to U+FF9D, in full width.
const halfKana = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"

func foldWidth(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r >= 'ｦ' && r <= 'ﾝ':
		return []rune(halfKana)[r-'ｦ']
	}
	return r
}

// voice joins a voicing mark to the last letter, where there is such a katakana: カ and ﾞ make ガ.
func voice(letters []rune) {
	if len(letters) == 0 {
		return
	}
	switch last := &letters[len(letters)-1]; {
	case strings.ContainsRune("カキクケコサシスセソタチツテトハヒフヘホ", *last):
		*last++
	case *last == 'ウ':
		*last = 'ヴ'
	}
}

// halfVoice joins a half-voicing mark to the last letter: ハ and ﾟ make パ.
func halfVoice(letters []rune) {
	if len(letters) == 0 {
		return
	}
	if last := &letters[len(letters)-1]; strings.ContainsRune("ハヒフヘホ", *last) {
		*last += 2
	}
}

// List returns the codes that are there.
func (c OfficeCodes) List() []OfficeCode {
	var codes []OfficeCode
	for _, code := range []OfficeCode{
		NewOfficeCode(CodePension, c.ReferenceCode, c.OfficeNumber),
		NewOfficeCode(CodeLabor, c.LaborInsuranceNumber),
		NewOfficeCode(CodeEmployment, c.EmploymentInsuranceNumber),
		NewOfficeCode(CodeCorporate, c.CorporateNumber),
	} {
		if code != (OfficeCode{}) {
			codes = append(codes, code)
		}
	}
	return codes
}

// Lessons returns those of a document's codes that its office can be known by ever after. Where the document names several
// offices by one system, none of those is anybody's; and a 法人番号 is the company's, so it is learnt only where there is
// nothing better.
func Lessons(codes []OfficeCode) (lessons []OfficeCode) {
	of := map[CodeSystem]int{}
	for _, c := range codes {
		of[c.System]++
	}
	for _, c := range codes {
		if of[c.System] == 1 && (c.System != CodeCorporate || len(codes) == 1) {
			lessons = append(lessons, c)
		}
	}
	return lessons
}
