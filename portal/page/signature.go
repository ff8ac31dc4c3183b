package page

import (
	"path"

	"cloudpocket/store"
)

// Signature is what people are told of a document's signature. The template "signature" shows it.
type Signature struct {
	store.Signature
	Desk  bool         // to the firm, which can ask for the document again; else to its client, who can ask the firm
	Parts []store.Part // of the document, for their titles
	Look  *Look        // what is shown beside it; may be nil
}

// state is what a signature is worth in one word: its words are the messages "sign." + state, "sign.says." + state, and
// what to do next "sign.next." + state for a client, "sign.desk." + state for the firm.
type state string

const (
	signTrusted  state = "trusted"
	signPartial  state = "partial"  // as far as it goes; there are parts that nobody signed
	signUnknown  state = "unknown"  // the authority is not registered
	signExpired  state = "expired"  // the certificate was out of its time
	signChain    state = "chain"    // the certificate is doubtful otherwise
	signTampered state = "tampered" // something was changed
	signUnproven state = "unproven" // nothing can be told
	signUnsigned state = "unsigned"
)

func stateOf(s store.Signature) state {
	switch s.Verdict {
	case store.VerdictTampered:
		return signTampered
	case store.VerdictUnproven:
		return signUnproven
	case store.VerdictTrusted, store.VerdictUnknown:
		if len(s.Uncovered) > 0 {
			return signPartial
		}
		return vouched(s)
	}
	return signUnsigned
}

// vouched is how far the certificate of a signature that holds is to be believed.
func vouched(s store.Signature) state {
	switch {
	case s.Verdict == store.VerdictTrusted:
		return signTrusted
	case s.Reason == "expired":
		return signExpired
	case s.Reason == "chain":
		return signChain
	}
	return signUnknown
}

func signatureBadge(s store.Signature) Badge {
	of := stateOf(s)
	b := Badge{"sign." + string(of), "info", "seen"}
	switch of {
	case signTrusted:
		b.Icon, b.Tone = "check", "done"
	case signTampered:
		b.Icon, b.Tone = "warn", "bad"
	case signPartial, signUnproven:
		b.Icon, b.Tone = "warn", "wait"
	case signUnsigned:
		b.Tone = "quiet"
	}
	return b
}

// Says are the sentences on what it is worth.
func (s Signature) Says() []string {
	of := stateOf(s.Signature)
	says := []string{"sign.says." + string(of)}
	if v := vouched(s.Signature); of == signPartial && v != signTrusted {
		says = append(says, "sign.says."+string(v))
	}
	return says
}

// Doubted reports whether the reason has to be said at once: it is not in Says.
func (s Signature) Doubted() bool {
	return s.Verdict == store.VerdictTampered || s.Verdict == store.VerdictUnproven
}

// Alarms reports whether it has to be said before all else.
func (s Signature) Alarms() bool { return s.Doubted() || stateOf(s.Signature) == signPartial }

// Next is what to do.
func (s Signature) Next() string {
	if s.Desk {
		return "sign.desk." + string(stateOf(s.Signature))
	}
	return "sign.next." + string(stateOf(s.Signature))
}

// Outside are the titles of the parts that nobody signed.
func (s Signature) Outside() (titles []string) {
	for _, path := range s.Uncovered {
		titles = append(titles, s.title(path))
	}
	return titles
}

// Dressed reports whether something is shown by a stylesheet that nobody signed, though the signature holds.
func (s Signature) Dressed() bool {
	return len(s.Styled) > 0 && (s.Verdict == store.VerdictTrusted || s.Verdict == store.VerdictUnknown)
}

// SignedPart is one thing that was signed, in the details.
type SignedPart struct {
	Title string // empty for the cover's body
	State string // good, changed, missing: its word is the message "sign.part." + State
}

// Signed are the things that were signed.
func (s Signature) Signed() (all []SignedPart) {
	for _, r := range s.References {
		one := SignedPart{State: "good"}
		switch {
		case r.URI != "":
			one.Title, one.State = r.URI, "missing"
		case !r.Good:
			one.State = string(store.CoverageChanged)
		}
		if r.Path != "" {
			one.Title = s.title(r.Path)
		}
		all = append(all, one)
	}
	return all
}

// title is what people know a part by.
func (s Signature) title(of string) string {
	for _, p := range s.Parts {
		if p.Path == of {
			return p.Title
		}
	}
	return path.Base(of)
}

// Signature is what a client is told.
func (v Paper) Signature() Signature {
	return Signature{Signature: v.Document.Origin.Signature, Desk: v.Staff, Parts: v.Document.Origin.Parts, Look: v.Look}
}

// Signature is what the firm is told.
func (v Sheet) Signature() Signature {
	return Signature{Signature: v.Document.Origin.Signature, Desk: true, Parts: v.Document.Origin.Parts, Look: v.Look}
}

// Signature is what the firm is told before it delivers.
func (v Parcel) Signature() Signature {
	return Signature{Signature: v.Origin.Signature, Desk: true, Parts: v.Origin.Parts, Look: v.Look}
}
