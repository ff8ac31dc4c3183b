package egov_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

// TestVerifyAsXmlsec holds our verdicts to those of xmlsec1, attachments included: on covers as they were signed, and on
// ones that were changed in ways that matter and in ways that do not.
func TestVerifyAsXmlsec(t *testing.T) {
	if _, err := exec.LookPath("xmlsec1"); err != nil {
		t.Fatal("xmlsec1 is not there; .ci/test installs it")
	}
	a := firstAuthority()
	tests := []struct {
		name     string
		shape    egovtest.Shape
		sign     egovtest.SignOptions
		old, new string // in the cover
		good     bool
	}{
		{"notice", egovtest.Pension, egovtest.SignOptions{}, "", "", true},
		{"with comments", egovtest.Pension, egovtest.SignOptions{Comments: true}, "", "", true},
		{"no transform", egovtest.Comment, egovtest.SignOptions{Transform: "-"}, "", "", true},
		{"percent-encoded", egovtest.Labour, egovtest.SignOptions{}, "", "", true},
		{"a comment in the body", egovtest.Comment, egovtest.SignOptions{}, "<TITLE>", "<TITLE><!-- -->", true},
		{"a comment in SignedInfo", egovtest.Comment, egovtest.SignOptions{}, "<SignedInfo>", "<SignedInfo><!-- -->", true},
		{"a comment in SignedInfo with comments", egovtest.Comment, egovtest.SignOptions{Comments: true}, "<SignedInfo>", "<SignedInfo><!-- -->", false},
		{"CDATA for text", egovtest.Comment, egovtest.SignOptions{}, "コメント（メッセージ）", "<![CDATA[コメント（メッセージ）]]>", true},
		{"a character by its number", egovtest.Comment, egovtest.SignOptions{}, "コメント（", "&#x30B3;メント（", true},
		{"an empty element shortened", egovtest.Comment, egovtest.SignOptions{}, "<DOCLINK></DOCLINK>", "<DOCLINK />", true},
		{"quotes of another kind", egovtest.Comment, egovtest.SignOptions{}, `<BODY ID="DOCBODY">`, `<BODY   ID='DOCBODY' >`, true},
		{"white space in the body", egovtest.Comment, egovtest.SignOptions{}, "<TITLE>", " <TITLE>", false},
		{"an attribute more", egovtest.Comment, egovtest.SignOptions{}, "<TITLE>", `<TITLE x="">`, false},
		{"a namespace in scope", egovtest.Comment, egovtest.SignOptions{}, "<DOC ", `<DOC xmlns:u="urn:u" `, false},
		{"a language above", egovtest.Comment, egovtest.SignOptions{}, "<DOC ", `<DOC xml:lang="ja" `, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := signedPackage(t, a, tt.shape, tt.sign)
			cover := strings.Replace(string(p.Cover().Data), tt.old, tt.new, 1)
			if tt.old != "" && cover == string(p.Cover().Data) {
				t.Fatal("nothing was changed")
			}
			v := egov.Verify([]byte(cover), partsOf(p), a.Pool(), receipt())
			if good := v.Status == egov.Verified; good != tt.good {
				t.Errorf("%s (%s: %s)", v.Status, v.Doubt, v.Detail)
			}
			if theirs, out := xmlsec(t, p, cover, a); theirs != tt.good {
				t.Errorf("xmlsec1: %v: %s", theirs, out)
			}
		})
	}
}

// xmlsec reports whether xmlsec1 takes the cover, beside the files of p.
func xmlsec(t *testing.T, p *egov.Package, cover string, a *egovtest.Authority) (bool, string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range p.Files {
		write(f.Name, f.Data)
	}
	write("cover.xml", []byte(cover))
	write("root.der", a.Root.Raw)
	cmd := exec.Command("xmlsec1", "--verify", "--id-attr:ID", "BODY", "--trusted-der", "root.der",
		"--verification-time", receipt().Format("2006-01-02 15:04:05"), "cover.xml")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return err == nil, string(out)
}
