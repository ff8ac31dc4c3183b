package portal

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"cloudpocket/store"
)

// lookedUp returns domains as people's addresses are looked up by them: in lower case, IDNA's A-labels and without the @ that
// an address has before. What is none stays as it was given.
func lookedUp(domains []string) []string {
	all := slices.Clone(domains)
	for i := range all {
		all[i] = strings.TrimPrefix(strings.ToLower(all[i]), "@")
		if ascii, err := idna.Lookup.ToASCII(all[i]); err == nil {
			all[i] = ascii
		}
	}
	return all
}

// domainName reports whether s is a domain's name as mail addresses have it, in lower case and ASCII (IDNA's A-labels).
func domainName(s string) bool {
	if len(s) > 253 || !strings.Contains(s, ".") {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !store.ID(label).Valid() { // letters, digits and inner hyphens
			return false
		}
	}
	return true
}
