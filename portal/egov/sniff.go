package egov

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

const (
	formXML = "xml"
	formZIP = "zip"
)

// sniff tells what bytes are: formXML, formZIP or a Role. A name that says XML or ZIP is held to it, so that a damaged
// one is told as such; else the bytes speak.
func sniff(name string, data []byte) string {
	ext := strings.ToLower(path.Ext(name))
	switch {
	case ext == ".zip":
		return formZIP
	case ext == ".xml", ext == ".xsl", ext == ".xslt", looksXML(data) && ext != ".html" && ext != ".htm" && ext != ".svg":
		return formXML
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return string(RolePDF)
	case looksImage(data):
		return string(RoleImage)
	case ext != ".dta" && isText(data):
		return string(RoleText)
	}
	return string(RoleOpaque)
}

// looksXML reports whether data begins with a declaration, an instruction or a tag, in UTF-8, UTF-16 or an encoding
// that has ASCII in it.
func looksXML(data []byte) bool {
	head := data[:min(len(data), 512)]
	switch {
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}), bytes.HasPrefix(head, []byte{0, '<'}):
		head = narrowed(head, 0)
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{'<', 0}):
		head = narrowed(head, 1)
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(head, []byte("<?xml")) {
		return true
	}
	return len(head) > 1 && head[0] == '<' && head[1] != '!' && head[1] != '/' &&
		(head[1] == '_' || head[1] >= 0x80 || head[1]|0x20 >= 'a' && head[1]|0x20 <= 'z') &&
		!bytes.HasPrefix(bytes.ToLower(head), []byte("<html"))
}

// narrowed reads UTF-16 without a mark; low is the place of the low byte's opposite: 0 big endian, 1 little.
func narrowed(b []byte, little int) []byte {
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		u := uint16(b[i+little])<<8 | uint16(b[i+1-little])
		if u != 0xfeff {
			units = append(units, u)
		}
	}
	return []byte(string(utf16.Decode(units)))
}

func looksImage(data []byte) bool {
	for _, mark := range [...]string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "II*\x00", "MM\x00*"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return true
		}
	}
	return false
}

// isText reports whether data reads as UTF-8, UTF-16 with a mark, or CP932, without controls that no text holds.
func isText(data []byte) bool {
	_, ok := decodeText(data)
	return ok
}

// Text decodes a text file to UTF-8 without a mark: UTF-16 with a mark, UTF-8 if it is valid, else CP932. It reports
// whether it reads as text.
func (f *File) Text() (string, bool) { return decodeText(f.Data) }

func decodeText(data []byte) (string, bool) {
	var s string
	switch {
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		s = string(narrowed(data, 0))
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		s = string(narrowed(data, 1))
	case utf8.Valid(data):
		s = string(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	default:
		b, err := japanese.ShiftJIS.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(b, utf8.RuneError) {
			return "", false
		}
		s = string(b)
	}
	control := func(r rune) bool {
		return r < ' ' && !strings.ContainsRune("\t\n\r\f\x1a", r) || r == 0x7f
	}
	return s, !strings.ContainsFunc(s, control)
}
