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
