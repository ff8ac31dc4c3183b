package main

import (
	"slices"
	"testing"

	"cloudpocket/portal/egov"
)

// Show tells apart what was signed, what was changed since, what is gone, and what nobody signed.
func TestShownSignature(t *testing.T) {
	v := egov.Verdict{
		Status: egov.Suspect, Doubt: egov.DoubtDigest, Looked: true,
		References: []egov.Reference{{URI: "#DOCBODY", Good: true}, {URI: "a.xml", File: "a.xml"}, {URI: "b.pdf"}},
		Uncovered:  []string{"x.csv"}, Styled: []string{"a.xml"},
	}
	want := []fact{{"signed", "#DOCBODY"}, {"signed", "a.xml (changed)"}, {"signed", "b.pdf (missing)"}, {"not signed", "x.csv"}, {"layout not signed", "a.xml"}}
	if got := shownOf(&egov.Package{}, v).covered(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	v.Looked, v.Uncovered, v.Styled = false, nil, nil
	if got := shownOf(&egov.Package{}, v).covered(); len(got) != 0 {
		t.Errorf("got %q of references that were not looked at", got)
	}
}

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"日本年金機構 (1)": "日本年金機構 (1)", "a\u009b31mb": "a�31mb", "a\x1b[2Jb": "a�[2Jb", "a\tb\nc": "a�b�c", "a\u202eb": "a�b", "a\xffb": "a�b",
	} {
		if got := visible(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
