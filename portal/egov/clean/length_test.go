package clean

import "testing"

func TestLengths(t *testing.T) {
	for _, tt := range []struct {
		style string
		kept  bool
	}{
		{"height:940px", true},
		{"left:-9999px", true},
		{"height:10000px", true},
		{"height:10001px", false},
		{"height:-99999px", false},
		{"height:1e9px", false},
		{"height:1e999px", false},
		{"height:7500pt", true},
		{"height:9999pt", false},
		{"height:300cm", false},
		{"height:1000em", false},
		{"height:1000%", true},
		{"height:5000%", false},
		{"height:900lvh", false},
		{"margin:0 0 99999px", false},
		{"z-index:99999", true},
		{"line-height:1.5", true},
		{"line-height:999", false},
		{"zoom:99", false},
		{"column-count:5000", false},
		{"font:12px/1.5 serif", true},
		{"font:12px/9999 serif", false},
		{"height:calc(100% - 20px)", true},
		{"height:calc(9999px * 9999)", false},
		{"height:calc(9999px / 0.0001)", false},
		{"height:max(1px, 99999px)", false},
	} {
		if got := declarations(tt.style); (got == tt.style) != tt.kept || !tt.kept && got != "" {
			t.Errorf("%s becomes %q", tt.style, got)
		}
	}
	for attribute, kept := range map[string]bool{"640": true, "100%": true, "10000": true, "99999": false, "9999cm": false, "2*": true} {
		if got := short(attribute); got != kept {
			t.Errorf("the attribute %s: %t", attribute, got)
		}
	}
}
