package store

import (
	"slices"
	"time"
)

// Signature is the verdict on a cover's signature (XML-Signature core), with when it was reached: certificates expire,
// and a verdict does not.
type Signature struct {
	Verdict   Verdict
	CheckedAt time.Time
	Signer    string // the certificate's subject
	Issuer    string
	Serial    string
	Reason    string // what did not hold, precisely

	// These are empty where the signature itself was not fit to be gone into.
	References []Reference // what was signed, in the signature's order
	Uncovered  []string    // the parts, by path, that it says nothing about
	Styled     []string    // the parts, by path, that are shown by a stylesheet which it says nothing about
}

// Reference is one thing that was signed.
type Reference struct {
	Path string // of the part, or of another file of the package; empty for the cover's body
	URI  string // as the signature has it, of what is not in the package; empty for what is
	Good bool   // it is as it was signed
}

// Body reports whether r is the cover's body.
func (r Reference) Body() bool { return r.Path == "" && r.URI == "" }

// Verdict is what a signature is worth.
type Verdict string

const (
	VerdictTrusted  Verdict = "trusted"  // 検証済
	VerdictUnknown  Verdict = "unknown"  // 検証済・認証局未登録, or a certificate out of its time or with a broken chain: Reason tells
	VerdictTampered Verdict = "tampered" // 改ざんの疑い
	VerdictUnproven Verdict = "unproven" // 署名を確認できない: nothing is proved, and nothing speaks for a change
	VerdictUnsigned Verdict = "unsigned" // 署名なし
)

// Coverage is what a signature says of one part.
type Coverage string

const (
	CoverageNone    Coverage = ""        // nothing that could be told: there is no signature, or it was not gone into
	CoverageGood    Coverage = "good"    // it is as it was signed
	CoverageChanged Coverage = "changed" // it is not
	CoverageOutside Coverage = "outside" // it was not signed
)

// Of returns what s says of a part of that path and role.
func (s Signature) Of(path string, role PartRole) Coverage {
	if slices.Contains(s.Uncovered, path) {
		return CoverageOutside
	}
	for _, r := range s.References {
		switch {
		case r.Path != path && !(r.Body() && role == PartCover):
		case r.Good:
			return CoverageGood
		default:
			return CoverageChanged
		}
	}
	return CoverageNone
}
