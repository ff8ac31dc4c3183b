package render

import (
	"net/url"
	"path"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"cloudpocket/portal/egov"
)

// sibling returns the file of the package that href means in a page made from f: what the cover itself says it hands
// over under that name, else the file of that name beside f, percent-decoded, and without regard to case, width and
// composition. A link never leaves the package.
func sibling(p *egov.Package, f *egov.File, href string) *egov.File {
	href = strings.TrimPrefix(strings.TrimSpace(href), "./")
	if href == "" || strings.ContainsAny(href, "\\:") || strings.HasPrefix(href, "/") {
		return nil
	}
	decoded, err := url.PathUnescape(href)
	if err != nil {
		decoded = href
	}
	for _, link := range f.Links {
		if link.Ref == href || link.Ref == decoded {
			return link.File
		}
	}
	for _, ref := range [...]string{href, decoded} {
		if to := p.File(path.Join(path.Dir(f.Name), norm.NFC.String(ref))); to != nil {
			return to
		}
	}
	wanted := loose(path.Join(path.Dir(f.Name), decoded))
	for _, to := range p.Files {
		if loose(to.Name) == wanted {
			return to
		}
	}
	return nil
}

func loose(name string) string {
	return norm.NFC.String(cases.Fold().String(width.Fold.String(name)))
}
