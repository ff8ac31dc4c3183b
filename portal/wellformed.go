package portal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"cloudpocket/store"
)

// wellFormed matches a document whose tags are those of XML from its first byte to its last, in any encoding that
// browsers know, and that is not a page. It reads in constant memory: an XML parser makes something of every tag that is
// open and of every attribute, many times what they take in the file.
func wellFormed(blob store.Blob) error {
	in, err := decoded(blob)
	if err != nil {
		return fmt.Errorf("read as XML: %w", err)
	}
	s := xmlScanner{in: in}
	if err := s.document(); err != nil {
		return fmt.Errorf("read as XML: %w", err)
	}
	if local := s.root[strings.IndexByte(s.root, ':')+1:]; local == "" || strings.EqualFold(local, "html") {
		return fmt.Errorf("root element %q", s.root)
	}
	return nil
}

// declarationBytes is how long an XML declaration may be.
const declarationBytes = 512

// xmlDeclaration is XML 1.0 2.8 with 4.3.3; its submatches are the encoding in either kind of quotes.
var xmlDeclaration = regexp.MustCompile(`^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')` +
	`(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?` +
	`(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>`)

// decoded returns what follows the XML declaration, in UTF-8. A byte order mark goes before what is declared, as in
// browsers. All else is decoded before a tag is looked for, since not every encoding keeps "<" for itself: Shift_JIS,
// whose second bytes begin at 0x40, and EUC-JP do, but the double bytes of ISO-2022-JP begin at 0x21.
func decoded(r io.Reader) (*bufio.Reader, error) {
	raw := bufio.NewReader(r)
	start, err := raw.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	marked := bytes.HasPrefix(start, []byte("\xfe\xff")) || bytes.HasPrefix(start, []byte("\xff\xfe")) || string(start) == "\xef\xbb\xbf"
	in := bufio.NewReader(transform.NewReader(raw, unicode.BOMOverride(transform.Nop)))
	head, err := in.Peek(declarationBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	found := xmlDeclaration.FindSubmatch(head)
	if found == nil {
		return in, nil // where there is one of another form, the scanner refuses it
	}
	label := strings.ToLower(string(found[1]) + string(found[2]))
	if _, err := in.Discard(len(found[0])); err != nil || marked || label == "" || strings.HasPrefix(label, "utf-16") {
		return in, err
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return nil, fmt.Errorf("encoding %q: %w", label, err)
	}
	if e == unicode.UTF8 {
		return in, nil // decoding would replace what is not UTF-8, and the scanner refuses it
	}
	return bufio.NewReader(e.NewDecoder().Reader(in)), nil
}
