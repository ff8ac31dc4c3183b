package store

import (
	"fmt"
	"testing"
)

func TestNewOfficeCode(t *testing.T) {
	for _, row := range []struct {
		name  string
		parts []string
		want  string
	}{
		{"as printed", []string{"01-イロハ", "12345"}, "01イロハ12345"},
		{"full width", []string{"０１－イロハ", "１２３４５"}, "01イロハ12345"},
		{"half-width katakana", []string{"01-ｲﾛﾊ", "12345"}, "01イロハ12345"},
		{"voiced in half width", []string{"ｶﾞｼﾞﾊﾟｳﾞ"}, "ガジパヴ"},
		{"voiced in two characters", []string{"カ\u3099ハ\u309A"}, "ガパ"},
		{"a mark that voices nothing", []string{"ﾞアﾞ1゜"}, "ア1"},
		{"long vowel marks for hyphens", []string{"13ー1ｰ01", "2"}, "131012"},
		{"blanks and slashes", []string{" 13/1 01　\t123456 000"}, "13101123456000"},
		{"small letters", []string{"ａbC"}, "ABC"},
		{"half katakana, first and last", []string{"ｦﾝ"}, "ヲン"},
		{"kanji", []string{"千代田ｱｲ"}, "千代田アイ"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := NewOfficeCode(CodePension, row.parts...); got != (OfficeCode{CodePension, row.want}) {
				t.Errorf("got %v, want %s", got, row.want)
			}
		})
	}
	for _, parts := range [][]string{nil, {""}, {"01イ", ""}, {" ", "12345"}, {"--"}} {
		if got := NewOfficeCode(CodePension, parts...); got != (OfficeCode{}) {
			t.Errorf("%q made %v", parts, got)
		}
	}
}

// A code that was made once is the same when it is made again, so that stored ones can be compared.
func FuzzNewOfficeCode(f *testing.F) {
	f.Add("01-ｲﾛﾊﾞ", "１２３４５")
	f.Add("カ\u3099\u3099", "\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		code := NewOfficeCode(CodePension, a, b)
		if again := NewOfficeCode(CodePension, code.Code); again != code && code != (OfficeCode{}) {
			t.Errorf("%q became %q", code.Code, again.Code)
		}
	})
}

func TestOfficeCodesList(t *testing.T) {
	codes := OfficeCodes{ReferenceCode: "01-イ", LaborInsuranceNumber: "13-1", CorporateNumber: "1234"}
	if got, want := fmt.Sprint(codes.List()), "[{labor 131} {corporate 1234}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	codes.OfficeNumber, codes.EmploymentInsuranceNumber = "5", "1301-7"
	if got, want := fmt.Sprint(codes.List()), "[{pension 01イ5} {labor 131} {employment 13017} {corporate 1234}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
