package egov

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/unicode/norm"
)

// decodeName turns the raw name into NFC and refuses what is no plain relative path.
func (a *archive) decodeName(e *entry, extra []byte) error {
	if len(e.raw) > a.limits.Name {
		return a.refuse(shortened(e.printable()), RefusedNameLength, "%d bytes", len(e.raw))
	}
	field, err := a.extraField(e, extra, extraUnicode)
	if err != nil {
		return err
	}
	name, ok := decodeName(e.raw, field, e.flags&flagUTF8 != 0)
	if !ok {
		return a.refuse(e.printable(), RefusedNameEncoding, "%x", e.raw[:min(len(e.raw), 64)])
	}
	if len(name) > a.limits.Name {
		return a.refuse(shortened(name), RefusedNameLength, "%d bytes", len(name))
	}
	e.name = name
	switch {
	case strings.ContainsFunc(name, unfit):
		return a.refuse(strings.Map(visible, name), RefusedNameSigns, "%q", name)
	case !plainPath(name):
		return a.refuse(name, RefusedPath, "%q", name)
	}
	return nil
}

// shortened is the start of a name that is too long to be shown.
func shortened(name string) string {
	r := []rune(strings.Map(visible, name))
	return string(r[:min(len(r), 16)]) + "…"
}

// decodeName reads a ZIP's name: UTF-8 if it is flagged so or has a Unicode Path field; else CP932, which is what
// Windows writes in Japan, unless it can only be UTF-8 without the flag, which is what macOS writes. Bytes that are
// both are rare. They are pairs of half-width kana in CP932 and letters of Europe and the Near East in UTF-8, so the
// kana are taken.
func decodeName(raw, field []byte, flagged bool) (string, bool) {
	if wide, ok := unicodeName(field, raw); ok && !flagged {
		raw, flagged = wide, true
	}
	asUTF8 := utf8.Valid(raw)
	if flagged {
		return norm.NFC.String(string(raw)), asUTF8
	}
	if asUTF8 && !strings.ContainsFunc(string(raw), func(r rune) bool { return r >= 0x80 && r < 0x800 }) {
		return norm.NFC.String(string(raw)), true
	}
	s, err := japanese.ShiftJIS.NewDecoder().Bytes(raw)
	if err != nil || strings.ContainsRune(string(s), utf8.RuneError) {
		return norm.NFC.String(string(raw)), asUTF8
	}
	return norm.NFC.String(string(s)), true
}

// unfit are characters that no name needs and that hide what it is: controls, direction marks, zero widths.
func unfit(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) ||
		r == utf8.RuneError
}

func visible(r rune) rune {
	if unfit(r) {
		return '?'
	}
	return r
}

// plainPath reports whether name is a relative path of ordinary segments, as every system reads it.
func plainPath(name string) bool {
	if name == "" || strings.ContainsAny(name, `\:`) {
		return false
	}
	trimmed := strings.TrimSuffix(name, "/")
	if trimmed == "" || path.IsAbs(trimmed) || path.Clean(trimmed) != trimmed {
		return false
	}
	for segment := range strings.SplitSeq(trimmed, "/") {
		if strings.Trim(segment, ". ") == "" {
			return false
		}
	}
	return true
}

// fold is how two names are the same: composed, without case, without the dots and spaces at the end of a segment that
// Windows drops.
func fold(name string) string {
	segments := strings.Split(norm.NFC.String(cases.Fold().String(name)), "/")
	for i, s := range segments {
		segments[i] = strings.TrimRight(s, ". ")
	}
	return strings.Join(segments, "/")
}

// checkNames refuses two entries with one name, and a file whose name is another's folder.
func (a *archive) checkNames() error {
	files, folders := map[string]bool{}, map[string]bool{}
	for _, e := range a.entries {
		key := strings.TrimSuffix(fold(e.name), "/")
		if files[key] || e.folder() && folders[key+"/"] {
			return a.refuse(e.name, RefusedDuplicate, "%q", e.name)
		}
		if e.folder() {
			folders[key+"/"] = true
			continue
		}
		files[key] = true
	}
	for _, e := range a.entries {
		for dir := path.Dir(strings.TrimSuffix(fold(e.name), "/")); dir != "."; dir = path.Dir(dir) {
			if files[dir] {
				return a.refuse(e.name, RefusedDuplicate, "%q is a file as well as a folder", dir)
			}
		}
	}
	return nil
}
