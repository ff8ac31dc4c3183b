package egov_test

import (
	"testing"
	"time"

	"cloudpocket/portal/egov"
)

func TestParseDate(t *testing.T) {
	tests := []struct{ in, want string }{ // want: day, or month, then era and year; empty: unknown
		{"令和08年01月22日", "2026-01-22 令和8"},
		{"令和８年６月１日", "2026-06-01 令和8"},
		{"令和 8年 6月 1日", "2026-06-01 令和8"},
		{"　令和　８年　６月　１日　", "2026-06-01 令和8"},
		{"15/02/26", "2015-02-26"},
		{"2015年03月09日", "2015-03-09"},
		{"平成24年8月6日", "2012-08-06 平成24"},
		{"令和元年5月1日", "2019-05-01 令和1"},
		{"令和元年4月30日", ""},
		{"令和元年4月", ""},
		{"令和1年5月", "2019-05 令和1"},
		{"平成31年4月30日", "2019-04-30 平成31"},
		{"平成32年3月31日", "2020-03-31 平成32"},
		{"昭和64年1月7日", "1989-01-07 昭和64"},
		{"昭和元年12月24日", ""},
		{"大正15年12月24日", "1926-12-24 大正15"},
		{"明治45年7月29日", "1912-07-29 明治45"},
		{"R8.6.1", "2026-06-01 令和8"},
		{"R08-06-01", "2026-06-01 令和8"},
		{"r8/6/1", "2026-06-01 令和8"},
		{"Ｒ８．６．１", "2026-06-01 令和8"},
		{"H24.8", "2012-08 平成24"},
		{"9-080601", "2026-06-01 令和8"},
		{"9080601", "2026-06-01 令和8"},
		{"R080601", "2026-06-01 令和8"},
		{"7-240806", "2012-08-06 平成24"},
		{"9-8年6月1日", "2026-06-01 令和8"},
		{"令8年6月1日", "2026-06-01 令和8"},
		{"令和八年六月十一日", "2026-06-11 令和8"},
		{"平成二十四年十二月三十一日", "2012-12-31 平成24"},
		{"二〇二六年六月一日", "2026-06-01"},
		{"2026-06-01", "2026-06-01"},
		{"2026/6/1", "2026-06-01"},
		{"2026.06.01", "2026-06-01"},
		{"20260601", "2026-06-01"},
		{"２０２６年６月", "2026-06"},
		{"令和8年6月1日（月）", "2026-06-01 令和8"},
		{"2026年2月29日", ""},
		{"2024年2月29日", "2024-02-29"},
		{"2026年13月1日", ""},
		{"令和8年6月0日", ""},
		{"令和0年6月1日", ""},
		{"令和2026年6月1日", ""},
		{"1500年1月1日", ""},
		{"", ""},
		{"近日中", ""},
		{"1234567890123", ""},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			d := egov.ParseDate(tt.in)
			if got := shown(d); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if d.Text != trimmed(tt.in) {
				t.Errorf("text %q", d.Text)
			}
		})
	}
}

func trimmed(s string) string {
	if s == "　令和　８年　６月　１日　" {
		return "令和　８年　６月　１日"
	}
	return s
}

func shown(d egov.Date) string {
	if !d.Known() {
		return ""
	}
	layout := time.DateOnly
	if d.Month {
		layout = "2006-01"
	}
	s := d.Time.Format(layout)
	if d.Era != "" {
		s += " " + d.Era + string(rune('0'+d.Year/10)) + string(rune('0'+d.Year%10))
		if d.Year < 10 {
			s = s[:len(s)-2] + string(rune('0'+d.Year))
		}
	}
	return s
}

// Every day since the first era reads back from how it is written by era.
func TestParseDateEveryDay(t *testing.T) {
	first := time.Date(1912, 7, 30, 0, 0, 0, 0, time.UTC)
	for d := first; d.Year() < 2040; d = d.AddDate(0, 0, 1) {
		if got := egov.ParseDate(d.Format("2006年1月2日")); !got.Time.Equal(d) {
			t.Fatalf("%v read as %v", d, got.Time)
		}
		if got := egov.ParseDate(d.Format("20060102")); !got.Time.Equal(d) {
			t.Fatalf("%v read as %v", d, got.Time)
		}
	}
}
