package portal

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzInspector demands that how a file is cut into writes changes nothing of the verdict, and that valid UTF-8 without
// control characters is text.
func FuzzInspector(f *testing.F) {
	for _, seed := range []string{"", "報酬月額", "\x95\xf1\x8f\x56", "a\x00b", "\xff\xfea\x00", "\xe5\xa0", "\x81"} {
		f.Add([]byte(seed), uint8(1))
	}
	f.Fuzz(func(t *testing.T, content []byte, cut uint8) {
		whole, parts := newInspector(), newInspector()
		whole.Write(content)
		for rest, n := content, int(cut%16)+1; len(rest) > 0; {
			k := min(n, len(rest))
			parts.Write(rest[:k])
			rest = rest[k:]
		}
		if whole.isText() != parts.isText() || !bytes.Equal(whole.head, parts.head) {
			t.Errorf("in one write text is %t, in parts %t", whole.isText(), parts.isText())
		}
		if utf8.Valid(content) && !strings.ContainsFunc(string(content), isBinary) && !whole.isText() {
			t.Error("valid UTF-8 is not taken for text")
		}
	})
}

func FuzzCleanName(f *testing.F) {
	for _, seed := range []string{"a.pdf", "../../etc/passwd", `C:\x\y.txt`, "通知書.pdf", "\u202efdp.exe", strings.Repeat("あ", 100) + ".xlsx", "a\x00.txt"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		clean, err := cleanName(name)
		if err != nil {
			return
		}
		if !utf8.ValidString(clean) || strings.ContainsAny(clean, "/\\\x00\r\n") || strings.Trim(clean, ". ") == "" {
			t.Errorf("%q became %q", name, clean)
		}
		if again, err := cleanName(clean); err != nil || again != clean {
			t.Errorf("%q is not stable: %q, %v", clean, again, err)
		}
	})
}
