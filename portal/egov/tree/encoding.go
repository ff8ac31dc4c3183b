package tree

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

var declared = regexp.MustCompile(`^<\?xml[^>]*?[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z][A-Za-z0-9._-]*)["']`)

// text turns the input into UTF-8 with line ends as XML 1.0, section 2.11, wants them, without a byte order mark.
func text(data []byte, limits Limits) (string, error) {
	data, err := decode(data)
	if err != nil {
		return "", err
	}
	if len(data) > limits.Bytes {
		return "", &Refusal{Reason: limits.excess(), Text: fmt.Sprintf("the text is longer than %d bytes", limits.Bytes)}
	}
	s := string(data)
	if bytes.IndexByte(data, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return s, checkCharacters(s)
}

// decode finds the encoding: a byte order mark is believed before the declaration (XML 1.0, appendix F).
func decode(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		return checkUTF8(data[3:], "a UTF-8 byte order mark")
	case bytes.HasPrefix(data, []byte("\xFE\xFF")), bytes.HasPrefix(data, []byte("\x00<\x00?")):
		return transcode(data, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes, "UTF-16")
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("<\x00?\x00")):
		return transcode(data, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes, "UTF-16")
	}
	m := declared.FindSubmatch(data[:min(len(data), 512)])
	if m == nil {
		return checkUTF8(data, "no encoding (which means UTF-8)")
	}
	return decodeAs(data, string(m[1]))
}

// decodeAs reads what a declaration names. Bytes that could be read as far as a declaration of UTF-16 are not UTF-16:
// some programs write their strings as UTF-8 and leave the declaration as it was.
func decodeAs(data []byte, name string) ([]byte, error) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf16":
		return checkUTF8(data, name)
	case "shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "csshiftjis", "windows-31j", "cswindows31j", "cp932", "ms932":
		return transcode(data, shiftJIS, name)
	case "euc-jp", "eucjp", "x-euc-jp", "eucjp-ms", "cp51932", "cseucpkdfmtjapanese":
		return transcode(data, japanese.EUCJP.NewDecoder().Bytes, name)
	}
	return nil, &Refusal{Reason: Encoding, Line: 1, Text: fmt.Sprintf("the encoding %q is not read here", name)}
}

func checkUTF8(data []byte, claim string) ([]byte, error) {
	if utf8.Valid(data) {
		return data, nil
	}
	good := 0
	for good < len(data) {
		r, size := utf8.DecodeRune(data[good:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		good += size
	}
	return nil, &Refusal{
		Reason: Encoding, Line: 1 + bytes.Count(data[:good], []byte("\n")),
		Text: fmt.Sprintf("the document says %s, but byte %d is not valid UTF-8", claim, good),
	}
}

// transcode refuses what the encoding has no character for. The decoders put U+FFFD there, which neither Shift_JIS
// nor EUC-JP can write; in UTF-16 it is a character that a text about a damaged text may hold, and is let through.
func transcode(data []byte, decode func([]byte) ([]byte, error), name string) ([]byte, error) {
	out, err := decode(data)
	if err != nil {
		return nil, &Refusal{Reason: Encoding, Text: fmt.Sprintf("the document is not valid %s: %v", name, err)}
	}
	if bad := bytes.Index(out, []byte("\uFFFD")); bad >= 0 && name != "UTF-16" {
		return nil, &Refusal{
			Reason: Encoding, Line: 1 + bytes.Count(out[:bad], []byte("\n")),
			Text: fmt.Sprintf("the document says %s, but holds bytes that are not", name),
		}
	}
	return bytes.TrimPrefix(out, []byte("\uFEFF")), nil
}

// checkCharacters holds the text to the characters of XML 1.0, section 2.2.
func checkCharacters(s string) error {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != 0xEF || c == '\n' || c == '\t' {
			continue
		}
		if c == 0xEF && s[i+1:i+3] != "\xBF\xBE" && s[i+1:i+3] != "\xBF\xBF" {
			continue
		}
		r, _ := utf8.DecodeRuneInString(s[i:])
		return &Refusal{Reason: Malformed, Line: 1 + strings.Count(s[:i], "\n"), Text: fmt.Sprintf("the character %U is not allowed", r)}
	}
	return nil
}
