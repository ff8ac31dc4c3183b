package egov

import "fmt"

// Reason is the key of why something was refused. Surfaces translate it as the message "egov.refused." + Reason.
type Reason string

// The reasons, by what they are about.
const (
	// The upload as a whole.
	RefusedTooLarge     Reason = "too_large"     // more bytes than Limits.Size
	RefusedEmpty        Reason = "empty"         // no bytes, or an archive without a file
	RefusedManyPackages Reason = "many_packages" // more than one package where one was asked for
	RefusedTotal        Reason = "total"         // more bytes than Limits.Total came out of the whole
	RefusedTooMany      Reason = "too_many"      // more packages than Limits.Packages

	// The archive's structure.
	RefusedNotArchive   Reason = "not_archive"  // named .zip and not one
	RefusedTruncated    Reason = "truncated"    // it ends before it says it does
	RefusedStructure    Reason = "structure"    // its records contradict one another
	RefusedDisagreement Reason = "disagreement" // directory and local header tell different things of an entry
	RefusedOverlap      Reason = "overlap"      // two entries share bytes
	RefusedHidden       Reason = "hidden"       // bytes that belong to no entry
	RefusedSplit        Reason = "split"        // one of several disks
	RefusedEncrypted    Reason = "encrypted"
	RefusedMethod       Reason = "method"  // a compression other than stored and deflate
	RefusedEntries      Reason = "entries" // more than Limits.Entries
	RefusedDepth        Reason = "depth"   // archives in archives beyond Limits.Depth

	// An entry's content.
	RefusedSize     Reason = "size"     // it is longer or shorter than it says
	RefusedUnpacked Reason = "unpacked" // more bytes than Limits.Unpacked came out
	RefusedRatio    Reason = "ratio"    // it expands beyond Limits.Ratio
	RefusedChecksum Reason = "checksum"
	RefusedXML      Reason = "xml" // with it the package's XML has more than Limits.Text or Limits.Nodes

	// An entry's name.
	RefusedNameLength   Reason = "name_length"   // longer than Limits.Name
	RefusedNameEncoding Reason = "name_encoding" // neither UTF-8 nor CP932
	RefusedNameSigns    Reason = "name_signs"    // control or invisible characters
	RefusedPath         Reason = "path"          // absolute, with a drive, a backslash, an empty or a dot segment
	RefusedDuplicate    Reason = "duplicate"     // the same name as another, upper or lower case and composition apart
	RefusedSpecial      Reason = "special"       // a link, a device: anything but a file or a folder
)

// Reasons lists all of them, so that a surface can prove that it has words for each.
func Reasons() []Reason {
	return []Reason{
		RefusedTooLarge, RefusedEmpty, RefusedManyPackages, RefusedTotal, RefusedTooMany, RefusedNotArchive, RefusedTruncated,
		RefusedStructure, RefusedDisagreement, RefusedOverlap, RefusedHidden, RefusedSplit, RefusedEncrypted,
		RefusedMethod, RefusedEntries, RefusedDepth, RefusedSize, RefusedUnpacked, RefusedRatio,
		RefusedChecksum, RefusedNameLength, RefusedNameEncoding, RefusedNameSigns, RefusedPath, RefusedDuplicate, RefusedSpecial, RefusedXML,
	}
}

// Refusal is why a package is not read: a rule it breaks, and the entry that breaks it. It is an error.
type Refusal struct {
	Entry  string // path inside the upload, archives joined by "!/"; empty: the upload itself
	Reason Reason
	Detail string // for the log, in English; may be empty
}

func (r *Refusal) Error() string {
	s := "refused (" + string(r.Reason) + ")"
	if r.Entry != "" {
		s += fmt.Sprintf(" at %q", r.Entry)
	}
	if r.Detail != "" {
		s += ": " + r.Detail
	}
	return s
}

// Is matches another Refusal with the same Reason, so that errors.Is(err, &Refusal{Reason: RefusedRatio}) answers.
func (r *Refusal) Is(target error) bool {
	t, ok := target.(*Refusal)
	return ok && t.Reason == r.Reason && (t.Entry == "" || t.Entry == r.Entry)
}

func refuse(entry string, reason Reason, detail string, args ...any) *Refusal {
	return &Refusal{Entry: entry, Reason: reason, Detail: fmt.Sprintf(detail, args...)}
}
