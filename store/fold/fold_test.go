package fold

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"katakana", "カナ ヴァイオリン", "かなゔぁいおりん"},
		{"half width with marks", "ﾀﾅｶ ｶﾞｸﾞﾊﾟ", "たなかがぐぱ"},
		{"small and iteration", "ヶヵッャヽヾ", "ゖゕっゃゝゞ"},
		{"long vowel", "ｻｰﾊﾞｰ", "さーばー"},
		{"full width", "ＡＢＣ１２３（株）", "abc123(株)"},
		{"in a circle", "①㈱㍻", "1(株)平成"},
		{"case", "Notice ÉCOLE", "noticeécole"},
		{"blanks", "田中　太郎 \t様", "田中太郎様"},
		{"hyphens between digits", "1234-567890-1 ０１－１２ 3ー4 5–6", "123456789010112345" + "6"},
		{"hyphens elsewhere", "a-b 8-月", "a-b8-月"},
		{"unseen", "田\u200b中\x00\x1f", "田中"},
		{"not UTF-8", "a\xffb", "ab"},
		{"combining mark apart", "か\u3099", "が"},
		{"empty", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Text(row.in); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

func TestTerms(t *testing.T) {
	for _, row := range []struct {
		in   string
		want []string
	}{
		{"", nil}, {" 　\t", nil}, {"年", []string{"年"}}, {"タナカ　たなか ﾀﾅｶ", []string{"たなか"}},
		{"田中 13-1", []string{"田中", "131"}}, {"\xff", nil},
	} {
		if got := Terms(row.in); !slices.Equal(got, row.want) {
			t.Errorf("%q asks for %q, want %q", row.in, got, row.want)
		}
	}
}

func TestFind(t *testing.T) {
	for _, row := range []struct {
		name, in, query string
		want            string // with what was found in brackets
	}{
		{"as written", "標準報酬決定通知書", "報酬", "標準[報酬]決定通知書"},
		{"half width for hiragana", "ﾀﾅｶ ﾀﾛｳ", "たなか", "[ﾀﾅｶ] ﾀﾛｳ"},
		{"a mark of its own", "ｶﾞｽ", "が", "[ｶﾞ]ｽ"},
		{"over a blank", "田中　太郎 4名", "田中太郎", "[田中　太郎] 4名"},
		{"over hyphens", "到達番号 1234-5678", "2345", "到達番号 1[234-5]678"},
		{"two that touch", "年金事務所", "年金 事務", "[年金事務]所"},
		{"two that lap", "あいうえ", "あいう いうえ", "[あいうえ]"},
		{"twice", "年と年", "年", "[年]と[年]"},
		{"one of a ligature", "㈱あおば", "株", "[㈱]あおば"},
		{"not there", "通知書", "賃金", "通知書"},
		{"nothing asked", "通知書", " ", "通知書"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := bracketed(row.in, Find(row.in, Terms(row.query))); got != row.want {
				t.Errorf("%s, want %s", got, row.want)
			}
		})
	}
}

func bracketed(s string, found []Span) string {
	var b strings.Builder
	at := 0
	for _, f := range found {
		b.WriteString(s[at:f.Start] + "[" + s[f.Start:f.End] + "]")
		at = f.End
	}
	return b.String() + s[at:]
}

func TestGrams(t *testing.T) {
	if got := Grams("年金年", "金"); !slices.Equal(got, []string{"年", "年金", "金", "金年"}) {
		t.Errorf("%q", got)
	}
	for term, want := range map[string]string{"年": "年 true", "年金": "年金 true", "年金年金": "年金 金年 false", "abc": "ab bc false"} {
		grams, sure := Needed(term)
		if got := strings.Join(grams, " ") + map[bool]string{true: " true", false: " false"}[sure]; got != want {
			t.Errorf("%s needs %s, want %s", term, got, want)
		}
	}
}

func TestWithoutMyNumbers(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"together", "氏名 123456789018 様", "氏名   様"},
		{"full width", "番号１２３４５６７８９０１８", "番号 "},
		{"in groups", "1234-5678-9018", " "},
		{"in groups with blanks", "a 1234 5678 9018 b", "a   b"},
		{"within more groups", "1234 5678 9018 1", "  1"},
		{"blanks around hyphens", "1234 - 5678 - 9018", " "},
		{"many blanks", "1234  5678     9018", " "},
		{"lines", "1234\n5678\n9018", " "},
		{"in two", "123456-789018", " "},
		{"in two of other lengths", "12345678 9018", " "},
		{"unseen between", "1234\u200b5678\u200b9018", " "},
		{"control characters between", "1234\x005678\x1f9018", " "},
		{"not UTF-8 between", "1234\xff5678\xff9018", " "},
		{"digit by digit", "1 2 3 4 5 6 7 8 9 0 1 8", " "},
		{"behind another", "5 1234 - 5678 - 9018", "5  "},
		{"a day and a number", "20260812-0000 20260812 0008", "20260812-0000 20260812 0008"},
		{"labour insurance", "13101123456000", "13101123456000"},
		{"check digit of none", "123456789012", "123456789012"},
		{"arrival number", "202609010123456789", "202609010123456789"},
		{"employment insurance", "1301-012345-6", "1301-012345-6"},
		{"at the end", "8-", "8-"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := WithoutMyNumbers(row.in); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

// TestFindable holds what is found by, folded.
func TestFindable(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"together", "番号 123456789018 です", "番号です"},
		{"blanks around hyphens", "1234 - 5678 - 9018", ""},
		{"many blanks", "1234  5678  9018", ""},
		{"in two", "123456-789018", ""},
		{"in two, a blank", "12345678 9018", ""},
		{"unseen between", "1234\u200b5678\u200b9018", ""},
		{"in circles", "①②③④⑤⑥⑦⑧⑨018", ""},
		{"joined by what went", "1234 123456789018 56789018", ""},
		{"over a long vowel", "1234ー5678ー9018", ""},
		{"arrival number", "2026-0901-0000-0000-01", "202609010000000001"},
		{"employment insurance", "1301-012345-6", "13010123456"},
		{"nothing of it", "標準報酬 4名", "標準報酬4名"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Findable(row.in); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

func FuzzFold(f *testing.F) {
	f.Add("ﾀﾅｶ　太郎 1234-5678", "たなか")
	f.Add("\xff①㈱", "株")
	f.Fuzz(func(t *testing.T, s, query string) {
		folded := Text(s)
		if again := Text(folded); !utf8.ValidString(folded) || len(again) > len(folded) {
			t.Fatalf("%q becomes %q and then %q", s, folded, again)
		}
		at := 0
		for _, found := range Find(s, Terms(query)) {
			if found.Start < at || found.End <= found.Start || found.End > len(s) {
				t.Fatalf("found %v after %d in %q", found, at, s)
			}
			at = found.End
		}
		kept, run := Findable(s), 0
		for i, r := range kept + " " {
			if digit(r) {
				run++
				continue
			}
			if run == 12 && checks(kept[i-12:i]) {
				t.Fatalf("%q is found by %q", s, kept)
			}
			run = 0
		}
	})
}
