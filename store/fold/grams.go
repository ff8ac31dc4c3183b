package fold

import "slices"

// Grams returns the pieces of one and of two characters that folded texts hold, sorted and without repeats. No piece
// reaches from one text into the next.
func Grams(texts ...string) []string {
	seen := map[string]bool{}
	for _, s := range texts {
		var last rune
		for i, r := range s {
			seen[string(r)] = true
			if i > 0 {
				seen[string([]rune{last, r})] = true
			}
			last = r
		}
	}
	all := make([]string, 0, len(seen))
	for g := range seen {
		all = append(all, g)
	}
	slices.Sort(all)
	return all
}

// Needed returns the pieces that a text must hold to hold term, and whether one that holds them all holds term for sure.
func Needed(term string) (grams []string, sure bool) {
	runes := []rune(term)
	if len(runes) <= 2 {
		return []string{term}, true
	}
	for i := range len(runes) - 1 {
		grams = append(grams, string(runes[i:i+2]))
	}
	slices.Sort(grams)
	return slices.Compact(grams), false
}
