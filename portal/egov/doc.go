// Package egov reads 公文書, the official documents that e-Gov hands out as XML with a stylesheet: bytes in, values out.
// It opens no file, asks no network and knows no clock.
//
//	for p, err := range egov.Packages(name, src, size, egov.Limits{}) { … }   // an upload, package by package
//	s := p.Summary()                                                        // what it is about, for sorting
//	v, err := p.Verify(ctx, roots, now)                                     // who signed it, and whether it holds
//
// # The map
//
// From bytes to files:
//
//   - limits.go, refusal.go: what is too much, and how that is said
//   - split.go, group.go: an upload parted into packages; archives in archives
//   - zip_directory.go, zip_name.go, zip_content.go: the ZIP reader
//   - package.go, sniff.go, resolve.go: a package's files, their roles, their stylesheets, what the cover links
//
// From files to values:
//
//   - cover.go, notice.go, field.go: what covers and notices say; kind.go their kinds, arrival.go the 到達番号
//   - date.go, codes.go, text.go: days of every era, offices' numbers, text as people type it
//   - summary.go: all of it for a package
//   - outline.go, table.go: what is shown without a stylesheet, and persons as a list
//   - mynumber.go: individual numbers, which must not be passed on
//   - xml.go: going down a tree.Document
//
// Signatures: verify.go, verify_references.go, c14n.go, verdict.go.
//
// Package tree parses the XML, xslt renders it, clean makes what was rendered safe to show; egovtest makes packages for
// tests. This package does not render, does not store, and does not decide who may read.
//
// # Why
//
// Own ZIP reader: archive/zip believes the directory, others believe the headers of the entries one after another, a
// virus scanner perhaps among them. What two readers see differently is how a document gets past one of them. So every
// byte of an archive must belong to exactly one entry or record, told alike by directory, local header and descriptor;
// names are compared the way Windows and macOS do; and nothing a header claims is believed before it was counted. The
// official archives and those of the usual writers pass; anyone else is told which entry and why.
//
// In doubt two packages: an upload is parted by what lies together, and what is not clearly one package is two. Parted
// wrongly, somebody has to put them together; joined wrongly, one company reads another's papers.
//
// One tree: [Package.Verify] canonicalises the very tree that [File.Cover] reads, and finds the body where it reads it,
// as the root's child, never by its ID alone. No two trees have the same canonical form, so what has the signed digest
// says what was signed. A library that looks an ID up would verify one element while another is read.
//
// The profile of 公文書 signs the cover's body and the attachments, one Reference each. It does not sign FRONT, what
// stands beside BODY, or the stylesheets: so it is in the published samples and in what is reported of real documents.
// A stylesheet decides what a form shows, so "verified" is true of what the XML says and never of how it looks. Calling
// each official document half verified for that would teach people to pass over the word; calling the look verified
// would be wrong. So [Verdict] keeps the two apart: Uncovered names files that nobody signed, which few honest packages
// have (the message around a returned filing is one), and Styled names what is shown in a dress that nobody signed, which
// nearly all have. The first takes the plain word "verified" away; the second is said beside it, with the outline, which
// uses no stylesheet.
//
// A doubt is not an accusation. That a certificate ran out, that its authority is not known here or that an attachment
// was left behind happens to honest documents; that a digest differs does not. [Doubt.Status] holds which is which.
//
// Two References to one file under different names are refused: each would cost a reading of that file, and an upload
// signed with anybody's own key could name one a thousand times.
//
// A stylesheet that is not there, or another than the one that is named, is common and no fault of the reader's. There
// is always an [Outline].
//
// Fields are found by words in their names rather than by a table of each notice: there are some hundred kinds, they
// change with the law, and a wrong guess costs a column, not a document. The kinds are a table, because people know
// them by name.
//
// Years of two digits without an era are of this century: the sample of e-Gov's own test site writes 15/02/26 for 2015.
package egov
