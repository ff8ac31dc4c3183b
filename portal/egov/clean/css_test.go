package clean

import (
	"strings"
	"testing"
)

func FuzzStyle(f *testing.F) {
	for _, s := range []string{"a{color:red}", "@media print{a{b:c}}", "a{background:url(x)}", `\75 rl(`, "a-->b", "1e5e", "a{color:#f\\30}", `'\`, "--{}", "a{top:1-/**/-2}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		for name, filter := range map[string]func(string) string{"sheet": func(s string) string { return sheet(s, "") }, "declarations": declarations} {
			once := filter(in)
			if twice := filter(once); twice != once {
				t.Errorf("%s %q becomes %q, and that %q", name, in, once, twice)
			}
			if strings.ContainsAny(once, "<\x00") {
				t.Errorf("%s %q becomes %q", name, in, once)
			}
			for _, k := range scan(once) {
				if k.kind == address || k.kind == badString || k.kind == function && !functions[k.value] && !strings.Contains(" not nth-child nth-of-type nth-last-child is where lang ", " "+k.value+" ") {
					t.Errorf("%s %q becomes %q", name, in, once)
				}
			}
		}
	})
}

// TestNesting keeps @media inside @media, and no deeper: each level is read again for the one around it.
func TestNesting(t *testing.T) {
	for _, tt := range []struct{ name, in, query, want string }{
		{"two", "@media all{@media print{a{color:red}}}", "", "@media all{@media print{a{color:red}}}"},
		{"three", "@media all{@media print{@media screen{a{color:red}}}}b{color:red}", "", "b{color:red}"},
		{"an attribute is one", "@media all{@media print{a{color:red}}}b{color:red}", "screen", "@media screen{b{color:red}}"},
		{"many", strings.Repeat("@media all{", 90_000), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := sheet(tt.in, tt.query); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
