package fold

import (
	"strings"
	"testing"
)

// 123456789018 has the right check digit; it is the number that official examples use.
func TestMyNumbers(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"plain", "番号は123456789018です", []string{"123456789018"}},
		{"wrong check digit", "番号は123456789012です", nil},
		{"full width", "１２３４５６７８９０１８", []string{"１２３４５６７８９０１８"}},
		{"mixed width", "1234５６７８9018", []string{"1234５６７８9018"}},
		{"hyphens", "1234-5678-9018", []string{"1234-5678-9018"}},
		{"full-width hyphens", "１２３４－５６７８－９０１８", []string{"１２３４－５６７８－９０１８"}},
		{"long vowels for hyphens", "1234ー5678ー9018", []string{"1234ー5678ー9018"}},
		{"spaces", "1234 5678 9018", []string{"1234 5678 9018"}},
		{"ideographic spaces", "１２３４　５６７８　９０１８", []string{"１２３４　５６７８　９０１８"}},
		{"two separators", "1234-5678 9018", []string{"1234-5678 9018"}},
		{"two spaces", "1234  5678  9018", []string{"1234  5678  9018"}},
		{"columns", "1234     5678     9018", nil},
		{"lines", "1234\n5678\n9018", nil},
		{"fields of a table", "1234,5678,9018", nil},
		{"blanks around hyphens", "1234 - 5678 - 9018", []string{"1234 - 5678 - 9018"}},
		{"parts of other lengths", "123-45678-9018", []string{"123-45678-9018"}},
		{"in two", "123456-789018", []string{"123456-789018"}},
		{"behind another number", "5 1234-5678-9018", []string{"1234-5678-9018"}},
		{"unseen between", "1234\u200b5678\u200b9018", []string{"1234\u200b5678\u200b9018"}},
		{"digit by digit", "番号 1 2 3 4 5 6 7 8 9 0 1 8 です", []string{"1 2 3 4 5 6 7 8 9 0 1 8"}},
		{"a day and a number", "20260812-0000 2026-08-12-0000", nil},
		{"numbers of a table", "2021 2022 2023 2024 2025", nil},
		{"a telephone's", "03-1234-5678 090-1234-5678", nil},
		{"inside a longer number", "9123456789018", nil},
		{"inside a longer number, behind", "1234567890180", nil},
		{"inside a 到達番号", "202606123456789018", nil},
		{"a card's number", "1234-5678-9018-0000", nil},
		{"two in a row", "1234 5678 9018 1234 5678 9018", []string{"1234 5678 9018", "1234 5678 9018"}},
		{"two", "123456789018,123456789018", []string{"123456789018", "123456789018"}},
		{"with a suffix", "123456789018-001", []string{"123456789018"}},
		{"at the ends", "123456789018", []string{"123456789018"}},
		{"check digit 0 for a rest of 0 or 1", "000000000000", []string{"000000000000"}},
		{"invalid UTF-8 around", "\xff123456789018\xff", []string{"123456789018"}},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range MyNumbers(tt.in) {
				got = append(got, tt.in[s.Start:s.End])
			}
			if strings.Join(got, "|") != strings.Join(tt.want, "|") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMyNumbersInALongText(t *testing.T) {
	text := strings.Repeat("1", 1<<20) + " " + strings.Repeat("12 ", 1<<18) + "123456789018"
	if got := MyNumbers(text); len(got) != 1 || text[got[0].Start:got[0].End] != "123456789018" {
		t.Errorf("%v", got)
	}
}

func FuzzMyNumbers(f *testing.F) {
	f.Add("番号は1234-5678-9018です")
	f.Add("１２３４５６７８９０１８ 1234 5678 9018")
	f.Add("1 2 3 4 5 6 7 8 9 0 1 8 12345678\u200b - 9018")
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, span := range MyNumbers(s) {
			if span.Start < end || span.End > len(s) || span.End-span.Start < 12 {
				t.Errorf("%+v in %q", span, s)
			}
			end = span.End
		}
	})
}
