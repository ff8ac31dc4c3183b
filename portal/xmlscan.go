package portal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What an XML document may have. Documents that people exchange stay far below.
const (
	maxXMLDepth = 256      // elements inside one another
	maxXMLName  = 1 << 10  // bytes of a name
	maxXMLTag   = 64 << 10 // bytes of a start tag with its attributes, or of a document type declaration
)

// xmlScanner reads XML 1.0 in UTF-8, after its declaration, and keeps no more of it than the names of the elements that
// are open. It demands one root element, balanced tags, quoted attributes, the five predefined entities and none else,
// and the characters that XML may have. It does not hold attributes against one another, nor prefixes against what is
// declared. A document type declaration may name an external subset, which nobody reads; an internal one, which could
// define entities, is refused.
type xmlScanner struct {
	in       *bufio.Reader
	err      error // the first; once there is one, everything returns
	at       int   // bytes read
	root     string
	doctype  bool
	open     []byte // the names of the open elements, one after the other
	ends     []int  // where each of them ends
	name     []byte // the last that was read
	brackets int    // how many "]" the text ends with so far, up to two
}

// noRune is what is read past the end or an error. No character is negative.
const noRune rune = -1

// document reads to the end.
func (s *xmlScanner) document() error {
	for {
		switch r := s.next(); {
		case r == noRune && errors.Is(s.err, io.EOF) && len(s.ends) == 0:
			return nil
		case r == noRune && errors.Is(s.err, io.EOF):
			return fmt.Errorf("ends inside <%s>", s.innermost())
		case r == noRune:
			return s.err
		case r == '<':
			s.brackets = 0
			s.markup()
		default:
			s.text(r)
		}
	}
}

// next returns the next character, or noRune with err set: io.EOF at the end.
func (s *xmlScanner) next() rune {
	if s.err != nil {
		return noRune
	}
	r, size, err := s.in.ReadRune()
	s.at += size
	switch {
	case err != nil:
		s.err = err
		return noRune
	case r == utf8.RuneError && size == 1:
		return s.fail("not UTF-8")
	case !isXMLChar(r):
		return s.fail("character %U", r)
	}
	return r
}

// inside is next where a document cannot end.
func (s *xmlScanner) inside() rune {
	r := s.next()
	if errors.Is(s.err, io.EOF) {
		return s.fail("ends inside a tag")
	}
	return r
}

// fail notes the first thing that is wrong.
func (s *xmlScanner) fail(format string, args ...any) rune {
	if s.err == nil || errors.Is(s.err, io.EOF) {
		s.err = fmt.Errorf("byte %d: %w", s.at, fmt.Errorf(format, args...))
	}
	return noRune
}

// want demands that r is c.
func (s *xmlScanner) want(r, c rune) {
	if r != c {
		s.fail("%q is missing", c)
	}
}

// literal demands these characters next.
func (s *xmlScanner) literal(all string) {
	for _, c := range all {
		s.want(s.inside(), c)
	}
}

// white returns the first character from r on that is not white space.
func (s *xmlScanner) white(r rune) rune {
	for isXMLSpace(r) {
		r = s.inside()
	}
	return r
}

func (s *xmlScanner) text(r rune) {
	switch {
	case len(s.ends) == 0 && !isXMLSpace(r):
		s.fail("text outside the root element")
	case r == '&':
		s.reference()
		s.brackets = 0
	case r == ']':
		s.brackets = min(s.brackets+1, 2)
	case r == '>' && s.brackets == 2:
		s.fail("]]> in text")
	default:
		s.brackets = 0
	}
}

// reference reads what follows "&".
func (s *xmlScanner) reference() {
	r := s.inside()
	if r == '#' {
		s.number(s.inside())
		return
	}
	var name []byte
	for ; r != ';' && r != noRune && len(name) < len("quot"); r = s.inside() {
		name = utf8.AppendRune(name, r)
	}
	s.want(r, ';')
	switch string(name) {
	case "lt", "gt", "amp", "apos", "quot":
	default:
		s.fail("entity &%s;", name)
	}
}

// number reads a character reference after "&#".
func (s *xmlScanner) number(r rune) {
	base := rune(10)
	if r == 'x' {
		base, r = 16, s.inside()
	}
	value, digits := rune(0), 0
	for ; r != ';' && r != noRune; r = s.inside() {
		d := digit(r)
		if d >= base {
			s.fail("%q in a character reference", r)
			return
		}
		value, digits = min(value*base+d, unicode.MaxRune+1), digits+1
	}
	if digits == 0 || !isXMLChar(value) {
		s.fail("reference to character %U", value)
	}
}

// markup reads what follows "<".
func (s *xmlScanner) markup() {
	switch r := s.inside(); r {
	case '/':
		s.endTag()
	case '?':
		s.instruction()
	case '!':
		s.declaration()
	default:
		s.startTag(r)
	}
}

func (s *xmlScanner) startTag(r rune) {
	begun := s.at
	r = s.readName(r, true)
	s.push()
	for s.err == nil {
		spaced := isXMLSpace(r)
		switch r = s.white(r); {
		case s.at-begun > maxXMLTag:
			s.fail("a tag of more than %d bytes", maxXMLTag)
		case r == '>':
			return
		case r == '/':
			s.want(s.inside(), '>')
			s.pop()
			return
		case !spaced:
			s.fail("no space before an attribute")
		}
		s.want(s.white(s.readName(r, true)), '=')
		s.value(s.white(s.inside()), begun)
		r = s.inside()
	}
}

// value reads an attribute's value that begins with r, of a tag that began there.
func (s *xmlScanner) value(r rune, begun int) {
	if r != '"' && r != '\'' {
		s.fail("an attribute without quotes")
	}
	for quote := r; s.err == nil; {
		switch r = s.inside(); {
		case r == quote:
			return
		case r == '<':
			s.fail("< in an attribute")
		case r == '&':
			s.reference()
		case s.at-begun > maxXMLTag:
			s.fail("a tag of more than %d bytes", maxXMLTag)
		}
	}
}

func (s *xmlScanner) endTag() {
	s.want(s.white(s.readName(s.inside(), true)), '>')
	if len(s.ends) == 0 || string(s.name) != string(s.innermost()) {
		s.fail("</%s> inside <%s>", s.name, s.innermost())
		return
	}
	s.pop()
}

// instruction reads what follows "<?".
func (s *xmlScanner) instruction() {
	r := s.readName(s.inside(), false)
	if strings.EqualFold(string(s.name), "xml") {
		s.fail("an XML declaration that is not at the start, or of another form")
	}
	if !isXMLSpace(r) && r != '?' {
		s.fail("%q in the name of an instruction", r)
	}
	for asked := false; s.err == nil; r = s.inside() {
		if asked && r == '>' {
			return
		}
		asked = r == '?'
	}
}

// declaration reads what follows "<!".
func (s *xmlScanner) declaration() {
	switch s.inside() {
	case '-':
		s.literal("-")
		s.comment()
	case '[':
		s.literal("CDATA[")
		s.cdata()
	case 'D':
		s.literal("OCTYPE")
		s.documentType()
	default:
		s.fail("a declaration that is neither a comment nor CDATA nor DOCTYPE")
	}
}

func (s *xmlScanner) comment() {
	for dashes := 0; s.err == nil; {
		switch r := s.inside(); {
		case dashes == 2:
			s.want(r, '>')
			return
		case r == '-':
			dashes++
		default:
			dashes = 0
		}
	}
}

func (s *xmlScanner) cdata() {
	if len(s.ends) == 0 {
		s.fail("CDATA outside the root element")
	}
	for brackets := 0; s.err == nil; {
		switch r := s.inside(); {
		case r == ']':
			brackets++
		case r == '>' && brackets >= 2:
			return
		default:
			brackets = 0
		}
	}
}

// documentType reads what follows "<!DOCTYPE".
func (s *xmlScanner) documentType() {
	begun := s.at
	if s.doctype || s.root != "" {
		s.fail("a document type declaration that is not before the root element")
	}
	s.doctype = true
	r := s.inside()
	if !isXMLSpace(r) {
		s.fail("no space after DOCTYPE")
	}
	r = s.readName(s.white(r), false)
	for quote := noRune; s.err == nil; r = s.inside() {
		switch {
		case s.at-begun > maxXMLTag:
			s.fail("a document type declaration of more than %d bytes", maxXMLTag)
		case quote != noRune && r == quote:
			quote = noRune
		case quote != noRune:
		case r == '"' || r == '\'':
			quote = r
		case r == '>':
			return
		case r == '[' || r == '<':
			s.fail("a document type declaration with an internal subset")
		}
	}
}

// readName reads a name that begins with r into name, and returns the character after it. Only where it is qualified
// its colons count (Namespaces in XML 1.0, 4).
func (s *xmlScanner) readName(r rune, qualified bool) rune {
	s.name = s.name[:0]
	if !isXMLNameStart(r) {
		return s.fail("a name is missing")
	}
	for ; isXMLName(r); r = s.inside() {
		if s.name = utf8.AppendRune(s.name, r); len(s.name) > maxXMLName {
			return s.fail("a name of more than %d bytes", maxXMLName)
		}
	}
	if qualified && bytes.Count(s.name, []byte(":")) > 1 {
		return s.fail("%q has several colons", s.name)
	}
	return r
}

// push opens the element whose name was read.
func (s *xmlScanner) push() {
	switch {
	case s.err != nil:
		return
	case len(s.ends) == maxXMLDepth:
		s.fail("more than %d elements inside one another", maxXMLDepth)
		return
	case len(s.ends) > 0:
	case s.root != "":
		s.fail("a second root element <%s>", s.name)
		return
	default:
		s.root = string(s.name)
	}
	s.open = append(s.open, s.name...)
	s.ends = append(s.ends, len(s.open))
}

func (s *xmlScanner) pop() {
	s.open = s.open[:len(s.open)-len(s.innermost())]
	s.ends = s.ends[:len(s.ends)-1]
}

// innermost returns the name of the element that was opened last, nothing when none is open.
func (s *xmlScanner) innermost() []byte {
	switch n := len(s.ends); n {
	case 0:
		return nil
	case 1:
		return s.open
	default:
		return s.open[s.ends[n-2]:]
	}
}

func isXMLSpace(r rune) bool { return r == ' ' || r == '\n' || r == '\r' || r == '\t' }

// isXMLChar is XML 1.0 2.2.
func isXMLChar(r rune) bool {
	return r >= ' ' && r <= 0xd7ff || r == '\n' || r == '\r' || r == '\t' || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= unicode.MaxRune
}

// isXMLNameStart is XML 1.0 2.3, NameStartChar.
func isXMLNameStart(r rune) bool {
	switch {
	case r < 0x80:
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == ':'
	case r < 0x300:
		return r >= 0xc0 && r != 0xd7 && r != 0xf7
	case r < 0x2000:
		return r >= 0x370 && r != 0x37e
	case r < 0x3001:
		return r == 0x200c || r == 0x200d || r >= 0x2070 && r <= 0x218f || r >= 0x2c00 && r <= 0x2fef
	}
	return r <= 0xd7ff || r >= 0xf900 && r <= 0xfdcf || r >= 0xfdf0 && r <= 0xfffd || r >= 0x10000 && r <= 0xeffff
}

// isXMLName is XML 1.0 2.3, NameChar.
func isXMLName(r rune) bool {
	return isXMLNameStart(r) || r >= '0' && r <= '9' || r == '-' || r == '.' || r == 0xb7 || r >= 0x300 && r <= 0x36f || r == 0x203f || r == 0x2040
}

// digit returns the value of a hexadecimal digit, or 16.
func digit(r rune) rune {
	switch {
	case r >= '0' && r <= '9':
		return r - '0'
	case r >= 'a' && r <= 'f':
		return r - 'a' + 10
	case r >= 'A' && r <= 'F':
		return r - 'A' + 10
	}
	return 16
}
