package egov

import (
	"crypto/x509"
	"encoding/asn1"
	"strings"
	"time"
)

// Status is what a signature proved.
type Status string

// The verdicts.
const (
	Verified  Status = "verified"  // 検証済: every signed part is as it was signed, by a certificate under a configured root
	Untrusted Status = "untrusted" // 検証済・認証局未登録: as it was signed, by one that no configured root vouches for at that time
	Suspect   Status = "suspect"   // 改ざんの疑い: what was signed is not what is there
	Unproven  Status = "unproven"  // 確認できない: it proves nothing, and nothing speaks for a change either
	Unsigned  Status = "unsigned"  // 署名なし
)

// Doubt is the key of why a verdict is not Verified. Surfaces translate it as "egov.doubt." + Doubt.
type Doubt string

// The doubts.
const (
	DoubtDigest    Doubt = "digest"    // the body or an attachment was changed after it was signed
	DoubtSignature Doubt = "signature" // the signature value fits no certificate that came with it
	DoubtShape     Doubt = "shape"     // not built as the profile has it: wrapped, ambiguous or with unknown parts

	DoubtMissing     Doubt = "missing"     // a signed attachment is not there
	DoubtAlgorithm   Doubt = "algorithm"   // an algorithm that is not believed, such as SHA-1, or not in the profile
	DoubtCertificate Doubt = "certificate" // no certificate, or one that cannot be read or may not sign
	DoubtDocument    Doubt = "document"    // the XML that was signed cannot be read

	DoubtAuthority Doubt = "authority" // no configured root issued the certificate
	DoubtExpired   Doubt = "expired"   // the certificate was not valid at that time
	DoubtChain     Doubt = "chain"     // the chain to the root breaks another rule
)

// Status is the verdict that goes with a doubt.
func (d Doubt) Status() Status {
	switch d {
	case DoubtAuthority, DoubtExpired, DoubtChain:
		return Untrusted
	case DoubtMissing, DoubtAlgorithm, DoubtCertificate, DoubtDocument:
		return Unproven
	}
	return Suspect
}

// Doubts lists all of them, so that a surface can prove that it has words for each.
func Doubts() []Doubt {
	return []Doubt{
		DoubtDigest, DoubtMissing, DoubtSignature, DoubtAlgorithm, DoubtShape,
		DoubtCertificate, DoubtDocument, DoubtAuthority, DoubtExpired, DoubtChain,
	}
}

// Verdict is the outcome of checking a cover's signature at one time. It is worth keeping: certificates expire, and
// the same check years later says less.
type Verdict struct {
	Status     Status
	Doubt      Doubt
	Detail     string    // in English, for the details page and the log
	At         time.Time // the time that it was checked for
	Signer     *Signer   // whose certificate fits the signature; nil where none does
	References []Reference
	Looked     bool // the References were looked at: what follows, and their Good, tell something

	// What no Reference names, stylesheets aside, and which covers and notices are shown by a stylesheet that no good one
	// names; by name, in the package's order.
	Uncovered, Styled []string
}

// Reference is one thing that was signed.
type Reference struct {
	URI  string // as the signature has it: #DOCBODY, or an attachment
	File string // the package's file; empty for the body, and for what is not there
	Good bool   // it has the digest that was signed
}

// tellCovered names what v says nothing about.
func (p *Package) tellCovered(v *Verdict, cover *File) {
	named, good := map[string]bool{}, map[string]bool{}
	for _, r := range v.References {
		name := r.File
		if r.URI == "#"+bodyID {
			name = cover.Name
		}
		named[name], good[name] = true, r.Good
	}
	for _, f := range p.Files {
		if f.Role != RoleStylesheet && !named[f.Name] {
			v.Uncovered = append(v.Uncovered, f.Name)
		}
		if f.Stylesheet != nil && !good[f.Stylesheet.Name] {
			v.Styled = append(v.Styled, f.Name)
		}
	}
}

// Signer is what the certificate says of who signed.
type Signer struct {
	Subject     string // as RFC 2253 writes it
	LocalName   string // the name in Japanese, if the certificate has one
	Issuer      string
	Serial      string // decimal
	NotBefore   time.Time
	NotAfter    time.Time
	Certificate []byte // DER
}

func signerOf(c *x509.Certificate) *Signer {
	return &Signer{
		Subject: c.Subject.String(), LocalName: localSubject(c), Issuer: c.Issuer.String(), Serial: c.SerialNumber.String(),
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(), Certificate: c.Raw,
	}
}

// localSubject reads the directoryName of the subject's alternative names (RFC 5280, 4.2.1.6), where government
// certificates have the name in Japanese: its parts from the largest to the smallest, without the country.
func localSubject(c *x509.Certificate) string {
	for _, e := range c.Extensions {
		if !e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 17}) {
			continue
		}
		var names []asn1.RawValue
		if _, err := asn1.Unmarshal(e.Value, &names); err != nil {
			return ""
		}
		for _, n := range names {
			if n.Class == asn1.ClassContextSpecific && n.Tag == 4 {
				return directoryName(n.Bytes)
			}
		}
	}
	return ""
}

func directoryName(der []byte) string {
	type attribute struct {
		Type  asn1.ObjectIdentifier
		Value any
	}
	type relativeSET []attribute // the suffix makes asn1 read a SET
	var rdns []relativeSET
	if _, err := asn1.Unmarshal(der, &rdns); err != nil {
		return ""
	}
	var parts []string
	for _, rdn := range rdns {
		for _, a := range rdn {
			if s, ok := a.Value.(string); ok && !a.Type.Equal(asn1.ObjectIdentifier{2, 5, 4, 6}) {
				parts = append(parts, s)
			}
		}
	}
	return strings.Join(parts, " ")
}
