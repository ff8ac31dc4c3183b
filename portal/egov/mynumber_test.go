package egov_test

import (
	"strings"
	"testing"

	"cloudpocket/portal/egov"
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
		{"two separators", "1234-5678 9018", nil},
		{"two spaces", "1234  5678  9018", nil},
		{"parts of other lengths", "123-45678-9018", nil},
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
			for _, s := range egov.MyNumbers(tt.in) {
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
	if got := egov.MyNumbers(text); len(got) != 1 || text[got[0].Start:got[0].End] != "123456789018" {
		t.Errorf("%v", got)
	}
}

func TestPackageMyNumbers(t *testing.T) {
	p := openFiles(t, map[string]string{
		"202601010000000001.xml": "<DOC><BODY><TITLE>番号</TITLE></BODY></DOC>",
		"7100001.xml":            "<N7100001><_被保険者><被保険者氏名>見本</被保険者氏名><個人番号>１２３４５６７８９０１８</個人番号></_被保険者></N7100001>",
		"7130001.xml":            "<N7130001><a>123456</a><b>789018</b></N7130001>",
		"list.csv":               "氏名,番号\r\n見本,1234-5678-9018\r\n",
		"read.txt":               "到達番号 202601010000000001",
	})
	if got := strings.Join(p.MyNumbers(), " "); got != "7100001.xml list.csv" {
		t.Errorf("found in %q", got)
	}
}
