package portal

import (
	"bytes"
	"slices"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/tree"
	"cloudpocket/store"
	"cloudpocket/store/fold"
)

// guarded takes individual numbers out of a text that is going to be shown in lists, searched and mailed about.
func guarded(text string) string {
	found := fold.MyNumbers(text)
	if len(found) == 0 {
		return text
	}
	var b bytes.Buffer
	at := 0
	for _, s := range found {
		b.WriteString(text[at:s.Start] + "************")
		at = s.End
	}
	return b.String() + text[at:]
}

// guardedReason takes individual numbers out of what a reason names: files, for the most part.
func guardedReason(r store.Reason) store.Reason {
	args := map[string]string(nil)
	for name, value := range r.Args {
		if args == nil {
			args = map[string]string{}
		}
		args[name] = guarded(value)
	}
	return store.Reason{Key: r.Key, Args: args}
}

func holdsNumber(text string) bool { return len(text) >= 12 && len(fold.MyNumbers(text)) > 0 }

// myNumbersIn returns the files, by what they may be called, in whose text or name there is what looks like an individual
// number. PDFs are looked at by Guard, and what would have to be recognised in a picture is not looked at.
func myNumbersIn(one *egov.Package) (paths []string) {
	for _, f := range one.Files {
		if holdsNumber(f.Name) || fileHoldsNumber(f) {
			paths = append(paths, guarded(f.Name))
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// fileHoldsNumber looks at all that is text in a file: of XML, of which stylesheets are some, the texts, the values of
// attributes, comments and instructions; of XML that cannot be read and of unknown kinds, what reads as text.
func fileHoldsNumber(f *egov.File) bool {
	switch f.Role {
	case egov.RolePDF, egov.RoleImage:
		return false
	}
	if doc := f.Document(); doc != nil {
		return documentHoldsNumber(doc)
	}
	return textHoldsNumber(f)
}

// textHoldsNumber reads a file as text in its encoding, and where it has none, byte for byte: a number in digits of half
// width is the same bytes in all of them but UTF-16.
func textHoldsNumber(f *egov.File) bool {
	if text, ok := f.Text(); ok {
		return holdsNumber(text)
	}
	return f.Problem != nil && holdsNumber(string(f.Data))
}

// documentHoldsNumber looks at each text by itself: numbers of different fields stand side by side in a document's whole
// text.
func documentHoldsNumber(doc *tree.Document) bool {
	for n := tree.Root; n < doc.End(tree.Root); n = doc.Follow(n) {
		switch doc.Kind(n) {
		case tree.Element:
			for a, end := doc.Attrs(n); a < end; a = tree.NextAttr(a) {
				if holdsNumber(doc.StringValue(a)) {
					return true
				}
			}
		case tree.RootKind:
		default:
			if holdsNumber(doc.StringValue(n)) {
				return true
			}
		}
	}
	return false
}
