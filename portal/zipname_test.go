package portal

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSafeName(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"plain", "通知書.pdf", "通知書.pdf"}, {"path", `../a\b/c.txt`, ".._a_b_c.txt"}, {"signs", `a<b>:"|?*.txt`, "a_b______.txt"},
		{"device", "con.txt", "_con.txt"}, {"device with more", "NUL.tar.gz", "_NUL.tar.gz"}, {"device of a number", "LPT1", "_LPT1"}, {"device in superscript", "com¹.txt", "_com¹.txt"},
		{"no device", "console.txt", "console.txt"}, {"dots at the end", "a. . .", "a"}, {"blanks", "  a b  .txt", "a b.txt"}, {"turned around", "a\u202Egpj.exe", "agpj.exe"},
		{"nothing", "", "_"}, {"dots alone", "...", "_"}, {"extension alone", ".txt", "_.txt"}, {"not UTF-8", "a\xff.txt", "a_.txt"}, {"control", "a\x00\r\nb", "ab"},
		{"long", strings.Repeat("あ", 100) + ".pdf", strings.Repeat("あ", 85) + ".pdf"}, {"two units each", strings.Repeat("𠮷", 50), strings.Repeat("𠮷", 44)},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := safeName(row.in, maxZipPath); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

func TestZipNamesAreNeverTheSame(t *testing.T) {
	z := zipNames{}
	for _, want := range []string{"a.txt", "A (2).txt", "ａ (3).txt"} {
		if got := z.take("", strings.NewReplacer(" (2)", "", " (3)", "").Replace(want)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := z.take("f/..", "a.txt"); got != "f_/a.txt" && got != "f_.._/a.txt" {
		t.Errorf("in a folder: %q", got)
	}
}

func FuzzZipNames(f *testing.F) {
	f.Add("a", "b.txt")
	f.Add("CON", "\u202E.")
	f.Add("", "..")
	f.Add(strings.Repeat("𠮷", 60), strings.Repeat("あ", 100)+".x")
	f.Fuzz(func(t *testing.T, folder, name string) {
		z := zipNames{}
		seen := map[string]bool{}
		for range 3 {
			p := z.take(folder, name)
			if seen[strings.ToLower(p)] || units(p) > maxZipPath || !utf8.ValidString(p) || strings.ContainsAny(p, "<>:\"\\|?*\x00") || strings.Count(p, "/") > 1 {
				t.Fatalf("%q in %q is called %q", name, folder, p)
			}
			seen[strings.ToLower(p)] = true
			for part := range strings.SplitSeq(p, "/") {
				if part == "" || part == "." || part == ".." || strings.HasSuffix(part, " ") || strings.HasSuffix(part, ".") || reserved(part) {
					t.Fatalf("%q in %q is called %q", name, folder, p)
				}
			}
		}
	})
}
