package portal

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"context"
	"hash/crc32"
	"path"
	"slices"
	"strings"
	"time"

	"cloudpocket/portal/egov"
	"cloudpocket/store"
)

// summed turns what a package says into what the tray keeps of it. An error is ctx's.
func (p *Portal) summed(ctx context.Context, one *egov.Package, received time.Time) (found, error) {
	verdict, err := one.Verify(ctx, p.Roots, received)
	if err != nil {
		return found{}, err
	}
	s := one.Summary()
	f := found{to: addressees(one, s), name: one.Name, hints: hintsOf(one), codes: codesOf(s.Codes), persons: personsOf(one), myNumbers: myNumbersIn(one), kind: kindOf(one, s)}
	f.origin = store.Origin{
		ArrivalNumber: s.Arrival, DocumentNumber: guarded(s.Number), IssuedOn: dayOf(s.Date), Author: guarded(s.Author),
		Signature: verdictOf(verdict), Parts: partsOf(one), Unread: pdfsOf(one),
	}
	for _, k := range s.Kinds {
		f.origin.Notices = append(f.origin.Notices, k.Code)
	}
	f.subject = subject{name: guarded(nameOfKinds(s)), persons: heads(f.persons), date: s.Date, author: f.origin.Author, number: f.origin.DocumentNumber}
	return f, nil
}

func dayOf(d egov.Date) store.Date {
	if !d.Known() || d.Month {
		return ""
	}
	return store.Date(d.Time.Format(time.DateOnly))
}

// codesOf returns every code of every office that is named, each once, in the order in which they are looked for.
func codesOf(all []egov.Codes) (codes []store.OfficeCode) {
	for _, c := range all {
		codes = append(codes, store.OfficeCodes(c).List()...)
	}
	slices.SortStableFunc(codes, func(a, b store.OfficeCode) int {
		return cmp.Compare(slices.Index(codeOrder(), a.System), slices.Index(codeOrder(), b.System))
	})
	return slices.Compact(codes)
}

// addressees are the names by which a package may call its office: the cover's organisation and person apart, then what
// else the documents say.
func addressees(one *egov.Package, s egov.Summary) (names []string) {
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if f := one.Cover(); f != nil {
		if c, ok := f.Cover(); ok {
			add(c.To.Affiliation)
			add(c.To.Name)
		}
	}
	add(s.To)
	return names
}

// hintsOf returns the numbers in files' names that have the form of a code. They are tried where the documents tell
// nothing, as PDFs do, and never taught: a number in a name may be anything.
func hintsOf(one *egov.Package) (codes []store.OfficeCode) {
	for _, f := range one.Files {
		for _, run := range strings.FieldsFunc(path.Base(f.Name), func(r rune) bool { return r < '0' || r > '9' }) {
			var c egov.Codes
			if n, ok := egov.LaborInsuranceNumber(run); ok && len(run) == 14 {
				c.LaborInsuranceNumber = n
			}
			if n, ok := egov.EmploymentInsuranceNumber(run); ok {
				c.EmploymentInsuranceNumber = n
			}
			if n, ok := egov.CorporateNumber(run); ok {
				c.CorporateNumber = n
			}
			codes = append(codes, codesOf([]egov.Codes{c})...)
		}
	}
	return codes
}

func codeOrder() []store.CodeSystem {
	return []store.CodeSystem{store.CodePension, store.CodeLabor, store.CodeEmployment, store.CodeCorporate}
}

func personsOf(one *egov.Package) (all []store.Person) {
	for _, f := range one.Files {
		n, ok := f.Notice()
		if !ok {
			continue
		}
		for _, person := range n.Persons {
			all = append(all, store.Person{Position: len(all), Notice: n.Kind.Code, Number: guarded(person.Number), Name: person.Name, Kana: person.Kana})
		}
	}
	return all
}

// heads counts different people: one who is in two notices is one.
func heads(all []store.Person) int {
	type head struct{ number, name string }
	seen := map[head]bool{}
	for _, p := range all {
		seen[head{p.Number, p.Name}] = true
	}
	return len(seen)
}

func verdictOf(v egov.Verdict) store.Signature {
	s := store.Signature{CheckedAt: v.At, Reason: string(v.Doubt), Uncovered: v.Uncovered, Styled: v.Styled}
	switch v.Status {
	case egov.Verified:
		s.Verdict = store.VerdictTrusted
	case egov.Untrusted:
		s.Verdict = store.VerdictUnknown
	case egov.Suspect:
		s.Verdict = store.VerdictTampered
	case egov.Unproven:
		s.Verdict = store.VerdictUnproven
	default:
		s.Verdict = store.VerdictUnsigned
	}
	if v.Signer != nil {
		s.Signer, s.Issuer, s.Serial = cmp.Or(v.Signer.LocalName, v.Signer.Subject), v.Signer.Issuer, v.Signer.Serial
	}
	if v.Looked {
		s.References = referencesOf(v.References)
	}
	return s
}

func referencesOf(all []egov.Reference) (kept []store.Reference) {
	for _, r := range all {
		one := store.Reference{Path: r.File, Good: r.Good}
		if r.File == "" && !strings.HasPrefix(r.URI, "#") {
			one.URI = guarded(r.URI)
		}
		kept = append(kept, one)
	}
	return kept
}

// partsOf lists what a person can open, and what is kept besides; stylesheets are how the others look.
func partsOf(one *egov.Package) (parts []store.Part) {
	for _, f := range one.Files {
		part := store.Part{Path: f.Name, Role: store.PartAttachment, Title: fileTitle(f.Name), Size: int64(len(f.Data))}
		switch f.Role {
		case egov.RoleStylesheet:
			continue
		case egov.RoleCover:
			c, _ := f.Cover()
			part.Role, part.Title, part.Notice = store.PartCover, c.Title, f.Kind.Code
		case egov.RoleNotice:
			n, _ := f.Notice()
			part.Role, part.Title, part.Notice = store.PartNotice, cmp.Or(n.Title, part.Title), n.Kind.Code
		case egov.RoleOpaque:
			part.Role = store.PartOpaque
		}
		part.Title = guarded(part.Title)
		parts = append(parts, part)
	}
	return parts
}

func fileTitle(name string) string { return path.Base(name) }

// bytesFor returns a package out of an archive as the bytes of a file, and what that is called: as it lay in there where
// it lay by itself, else packed anew, always alike.
func bytesFor(one *egov.Package) ([]byte, string, error) {
	switch {
	case one.Raw != nil:
		return one.Raw, path.Base(one.Path), nil
	case len(one.Files) == 1:
		return one.Files[0].Data, path.Base(one.Files[0].Name), nil
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range one.Files {
		if err := packFile(z, f); err != nil {
			return nil, "", err
		}
	}
	err := z.Close()
	return b.Bytes(), one.Name + ".zip", err
}

// packFile writes an entry whose header has its sizes, which some readers insist on, and no time.
func packFile(z *zip.Writer, f *egov.File) error {
	var packed bytes.Buffer
	deflate, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		return err
	}
	if _, err := deflate.Write(f.Data); err != nil {
		return err
	}
	if err := deflate.Close(); err != nil {
		return err
	}
	const utf8Names = 0x800
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: f.Name, Method: zip.Deflate, Flags: utf8Names, CRC32: crc32.ChecksumIEEE(f.Data),
		CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(len(f.Data)),
	})
	if err != nil {
		return err
	}
	_, err = w.Write(packed.Bytes())
	return err
}
