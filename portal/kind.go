package portal

import "slices"

// Kinds are the kinds of document, in the order in which they are offered. Their names in both languages are the
// messages "kind." + kind.
func Kinds() []string {
	return []string{"social-insurance", "employment-insurance", "labor-insurance", "separation", "filing-copy", "work-rules", "other"}
}

func validKind(kind string) bool { return slices.Contains(Kinds(), kind) }
