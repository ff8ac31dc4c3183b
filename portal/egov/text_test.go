package egov_test

import (
	"testing"

	"cloudpocket/portal/egov"
)

func TestPlain(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"half-width kana with marks", "ﾔﾏｻﾞｷ ﾊﾟｲﾝ  ", "ヤマザキ パイン"},
		{"half-width punctuation", "ｱｰｲ｡｢ｳ｣､･", "アーイ。「ウ」、・"},
		{"full-width letters and digits", "ＷＡＮ　１２ａ", "WAN 12a"},
		{"full-width punctuation stays", "（株）：－", "（株）：－"},
		{"signs of names stay", "㈱①髙﨑", "㈱①髙﨑"},
		{"decomposed kana", "か\u3099", "が"},
		{"a kana mark by itself", "ﾞ", "\u3099"},
		{"white space", "\t a \r\n b　", "a b"},
		{"nothing", " 　\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := egov.Plain(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
