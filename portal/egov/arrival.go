package egov

import (
	"path"
	"regexp"
	"strings"
)

// arrivalPrefix is the 到達番号 that a file's name begins with: exactly eighteen digits. Empty if there is none.
func arrivalPrefix(name string) string {
	n := 0
	for n < len(name) && name[n] >= '0' && name[n] <= '9' {
		n++
	}
	if n != 18 {
		return ""
	}
	return name[:n]
}

// arrivalIn is the 到達番号 that a text consists of: sixteen digits in older documents, eighteen since. Empty if it is
// something else.
func arrivalIn(text string) string {
	s, ok := numberOf(text)
	if !ok || len(s) != 16 && len(s) != 18 {
		return ""
	}
	return s
}

// arrivalOf looks for the package's 到達番号: in the cover's and the notices' own words first, for names change on the
// way, then in the names of the cover, of its folder and of the archive, from the inside out.
func (p *Package) arrivalOf(covers []Cover, notices []Notice) string {
	for _, c := range covers {
		if c.Arrival != "" {
			return c.Arrival
		}
	}
	for _, n := range notices {
		if n.Arrival != "" {
			return n.Arrival
		}
	}
	for _, f := range p.Files {
		if a := arrivalPrefix(path.Base(f.Name)); a != "" {
			return a
		}
	}
	parts := strings.Split(strings.ReplaceAll(p.Path, "!/", "/"), "/")
	for i := len(parts) - 1; i >= 0; i-- {
		if a := arrivalPrefix(parts[i]); a != "" {
			return a
		}
	}
	return ""
}

// copyName: the cover of a filing's copy is named with twenty digits.
var copyName = regexp.MustCompile(`^\d{20}\.`)
