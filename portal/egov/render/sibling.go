package render

import (
	"net/url"
	"strings"

	"cloudpocket/portal/egov"
)

// sibling returns the file of the package that href means in a page made from f: what the cover itself says it hands
// over under that name, else what the package finds beside f. A link never leaves the package.
func sibling(p *egov.Package, f *egov.File, handed map[string]*egov.File, href string) *egov.File {
	href = strings.TrimPrefix(strings.TrimSpace(href), "./")
	if strings.HasPrefix(href, "/") {
		return nil
	}
	decoded, err := url.PathUnescape(href)
	if err != nil {
		decoded = href
	}
	for _, ref := range [...]string{href, decoded} {
		if to, ok := handed[ref]; ok && !strings.ContainsAny(ref, "\\:") {
			return to
		}
	}
	return p.Find(f, href)
}
