package tree

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// shiftJIS decodes Shift_JIS with the characters that Windows adds. Those of the user (F040 to F9FC), which offices
// have for names that no standard knows, become the private use characters from U+E000 on, as Windows and browsers
// have it; a reader sees that a character is there. What is no character at all becomes U+FFFD.
func shiftJIS(data []byte) ([]byte, error) {
	out := make([]byte, 0, len(data)+len(data)/2)
	begin := 0
	flush := func(end int) error {
		part, err := japanese.ShiftJIS.NewDecoder().Bytes(data[begin:end])
		out = append(out, part...)
		return err
	}
	for i := 0; i < len(data); i++ {
		if !isLead(data[i]) || i+1 == len(data) {
			continue
		}
		if r, ok := ofUser(data[i], data[i+1]); ok {
			if err := flush(i); err != nil {
				return nil, err
			}
			out = utf8.AppendRune(out, r)
			begin = i + 2
		}
		i++
	}
	return out, flush(len(data))
}

func isLead(c byte) bool { return 0x81 <= c && c <= 0x9F || 0xE0 <= c && c <= 0xFC }

// ofUser is the private use character of two bytes, 188 for each lead.
func ofUser(lead, trail byte) (rune, bool) {
	if lead < 0xF0 || lead > 0xF9 || trail < 0x40 || trail == 0x7F || trail > 0xFC {
		return 0, false
	}
	place := rune(trail) - 0x40
	if trail > 0x7F {
		place--
	}
	return 0xE000 + 188*(rune(lead)-0xF0) + place, true
}
