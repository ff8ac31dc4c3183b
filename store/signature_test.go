package store

import "testing"

func TestSignatureOf(t *testing.T) {
	s := Signature{
		References: []Reference{{Good: true}, {Path: "7130001.xml", Good: true}, {Path: "7140001.pdf"}, {URI: "gone.xml"}},
		Uncovered:  []string{"note.txt"},
	}
	changed := Signature{Verdict: VerdictTampered, References: []Reference{{}}}
	tests := []struct {
		name string
		s    Signature
		path string
		role PartRole
		want Coverage
	}{
		{"the cover, by its body", s, "202601010000000001.xml", PartCover, CoverageGood},
		{"a notice", s, "7130001.xml", PartNotice, CoverageGood},
		{"one that was changed", s, "7140001.pdf", PartAttachment, CoverageChanged},
		{"one that was not signed", s, "note.txt", PartAttachment, CoverageOutside},
		{"one that is not known", s, "other.xml", PartNotice, CoverageNone},
		{"a cover whose body was changed", changed, "202601010000000001.xml", PartCover, CoverageChanged},
		{"no signature", Signature{Verdict: VerdictUnsigned}, "202601010000000001.xml", PartCover, CoverageNone},
		{"a signature that was not gone into", Signature{Verdict: VerdictTampered, Reason: "signature"}, "7130001.xml", PartNotice, CoverageNone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.s.Of(tt.path, tt.role); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
