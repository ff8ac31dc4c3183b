package portal

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// maxZipPath is how long a path in an archive is at most, in UTF-16 code units: what Windows unpacks it to may have 259.
const maxZipPath = 89

// zipNames makes paths for an archive that unpacks anywhere, and never the same one twice, whatever the case.
type zipNames struct{ taken map[string]bool }

// take returns the path of a file named name in folder, or at the top if folder is empty.
func (z *zipNames) take(folder, name string) string {
	if z.taken == nil {
		z.taken = map[string]bool{}
	}
	room := maxZipPath
	if folder != "" {
		folder = safeName(folder, maxZipPath/2) + "/"
		room -= units(folder)
	}
	name = safeName(name, room)
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for n := 1; ; n++ {
		number := ""
		if n > 1 {
			number = fmt.Sprintf(" (%d)", n)
		}
		p := folder + strings.TrimRight(cutUnits(stem, room-units(ext)-units(number)), " .") + number + ext
		if key := strings.ToLower(norm.NFKC.String(p)); !z.taken[key] {
			z.taken[key] = true
			return p
		}
	}
}

// safeName returns a name that every system takes for one, of at most room UTF-16 code units, with its extension kept
// where that is short.
func safeName(name string, room int) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
			return -1
		case strings.ContainsRune(`<>:"/\|?*`, r) || r == unicode.ReplacementChar:
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	name = strings.TrimRight(strings.TrimLeft(name, " "), " .")
	ext := path.Ext(name)
	if units(ext) > 12 {
		ext = ""
	}
	stem := strings.TrimRight(strings.TrimSuffix(name, ext), " .")
	if stem == "" {
		stem = "_"
	}
	if reserved(stem) {
		stem = "_" + stem
	}
	return strings.TrimRight(cutUnits(stem, room-units(ext)), " .") + ext
}

// reserved reports whether Windows takes a name for a device's, with whatever extension.
func reserved(name string) bool {
	first, _, _ := strings.Cut(strings.ToUpper(norm.NFKC.String(name)), ".")
	switch first = strings.TrimRight(first, " "); first {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	return len(first) == 4 && (strings.HasPrefix(first, "COM") || strings.HasPrefix(first, "LPT")) && first[3] >= '0' && first[3] <= '9'
}

// units is how many UTF-16 code units s takes.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// cutUnits returns as much of the start of s as fits.
func cutUnits(s string, room int) string {
	n := 0
	for i, r := range s {
		if n += utf16.RuneLen(r); n > room {
			return s[:i]
		}
	}
	return s
}
