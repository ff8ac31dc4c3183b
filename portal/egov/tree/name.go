package tree

import (
	"strings"
	"unicode/utf8"
)

const nameEnds = " />=\n\t"
const xmlSpace = "http://www.w3.org/XML/1998/namespace"
const xmlnsSpace = "http://www.w3.org/2000/xmlns/"

// nameLength is how many bytes at the start of s are a Name (XML 1.0, production 5); 0 if none.
func nameLength(s string) int {
	i := 0
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			if !asciiName(c, i == 0) {
				break
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if size == 1 || !nameStart(r) && (i == 0 || !nameRest(r)) { // of size 1 is what is not UTF-8
			break
		}
		i += size
	}
	return i
}

// name is nameLength for names that come again and again: what ended the same way before need not be read by character.
func (p *parser) name(s string) int {
	end := strings.IndexAny(s[:min(len(s), 256)], nameEnds)
	if end <= 0 {
		return nameLength(s)
	}
	if _, ok := p.names[s[:end]]; ok {
		return end
	}
	n := nameLength(s)
	if n == end {
		p.names[s[:end]] = struct{}{}
	}
	return n
}

func asciiName(c byte, first bool) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == ':':
		return true
	}
	return !first && ('0' <= c && c <= '9' || c == '-' || c == '.')
}

// nameStart has the part of production 4 that is not ASCII.
func nameStart(r rune) bool {
	switch {
	case r == 0xD7, r == 0xF7, r == 0x37E:
		return false
	case 0xC0 <= r && r <= 0x2FF, 0x370 <= r && r <= 0x1FFF, 0x200C <= r && r <= 0x200D,
		0x2070 <= r && r <= 0x218F, 0x2C00 <= r && r <= 0x2FEF, 0x3001 <= r && r <= 0xD7FF,
		0xF900 <= r && r <= 0xFDCF, 0xFDF0 <= r && r <= 0xFFFD, 0x10000 <= r && r <= 0xEFFFF:
		return true
	}
	return false
}

// nameRest has what production 4a adds, as far as it is not ASCII.
func nameRest(r rune) bool {
	return r == 0xB7 || 0x300 <= r && r <= 0x36F || 0x203F <= r && r <= 0x2040
}

// IsNCName tells whether s is a name without a colon (Namespaces 1.0, production 4).
func IsNCName(s string) bool {
	return s != "" && nameLength(s) == len(s) && strings.IndexByte(s, ':') < 0
}

// NCNameLength is how many bytes at the start of s are a name without a colon; 0 if none.
func NCNameLength(s string) int {
	n := nameLength(s)
	if colon := strings.IndexByte(s[:n], ':'); colon >= 0 {
		return colon
	}
	return n
}

// IsQName tells whether s is a name with at most one prefix (Namespaces 1.0, production 7).
func IsQName(s string) bool {
	prefix, local, found := strings.Cut(s, ":")
	return IsNCName(prefix) && (!found || IsNCName(local))
}

// split takes a QName apart (Namespaces 1.0, production 7). The name is known to be a Name.
func (p *parser) split(qname string) (prefix, local string, err error) {
	colon := strings.IndexByte(qname, ':')
	if colon < 0 {
		return "", qname, nil
	}
	prefix, local = qname[:colon], qname[colon+1:]
	if prefix == "" || !IsNCName(local) {
		return "", "", p.refuse(Malformed, "%q is not a name with one prefix", qname)
	}
	return prefix, local, nil
}

// nameID numbers an expanded name.
func (d *Document) nameID(space, local string) int32 {
	key := expanded{space, local}
	id, ok := d.ids[key]
	if !ok {
		id = int32(len(d.names))
		d.names = append(d.names, key)
		d.ids[key] = id
	}
	return id
}
