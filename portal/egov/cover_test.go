package egov_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cloudpocket/portal/egov"
)

func openCover(t testing.TB, name, xml string) *egov.File {
	t.Helper()
	p, err := egov.Open(name, strings.NewReader(xml), int64(len(xml)), egov.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return p.Files[0]
}

// readCoverXML reads a cover with that inside its BODY.
func readCoverXML(t testing.TB, inner string) egov.Cover {
	t.Helper()
	c, ok := openCover(t, "202601010000000001.xml", "<DOC><BODY>"+inner+"</BODY></DOC>").Cover()
	if !ok {
		t.Fatal("no cover")
	}
	return c
}

func TestCoverTitles(t *testing.T) {
	tests := []struct {
		name, file, xml, want string
		untitled              bool
	}{
		{"its own", "a.xml", "<DOC><BODY><TITLE>　件　名 </TITLE></BODY></DOC>", "件 名", false},
		{"labour bureau", "a.xml", "<DOC><BODY><TOTATUNO>202601010000000001</TOTATUNO></BODY></DOC>", "電子申請に対する審査結果について", false},
		{"comment", "commenttsuuchi.xml", "<DOC><FRONT><SECRECY>COMMENT</SECRECY></FRONT><BODY/></DOC>", "コメント通知", true},
		{"copy by its name", "20260101000000000101.xml", "<DOC><BODY/></DOC>", "届出控", true},
		{"copy by its words", "a.xml", "<DOC><BODY><MAINTXT><P>申請書の写しです</P></MAINTXT></BODY></DOC>", "届出控", true},
		{"number", "a.xml", "<DOC><BODY><DOCNO>第１号</DOCNO></BODY></DOC>", "第1号", true},
		{"nothing", "a.xml", "<DOC><BODY/></DOC>", "a.xml", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, ok := openCover(t, tt.file, tt.xml).Cover()
			if !ok || c.Title != tt.want || c.Untitled != tt.untitled {
				t.Errorf("%q, untitled %v", c.Title, c.Untitled)
			}
		})
	}
}

func TestCoverDeadline(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"said", "再提出期限：令和8年6月30日", "2026-06-30"},
		{"spaced and full width", "提出期限　令和　８年　７月　１日まで", "2026-07-01"},
		{"another day", "令和8年6月30日に受け付けました", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := day(readCoverXML(t, "<MAINTXT><P>"+tt.text+"</P></MAINTXT>").Deadline.Time); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	files := map[string]string{
		"別添 資料.pdf": "%PDF-1.4", "b.xml": "<N7130001/>", "dir/c.pdf": "%PDF-1.4", "ガ.pdf": "%PDF-1.4",
	}
	tests := []struct {
		name, inner string
		want        []string // ref → file
	}{
		{"REF", `<BODY><APPENDIX><DOCLINK REF="b.xml"/><APPTITLE>別紙</APPTITLE></APPENDIX></BODY>`, []string{"b.xml 別紙 → b.xml"}},
		{"text", `<BODY><APPENDIX2><DOCLINK>b.xml</DOCLINK></APPENDIX2></BODY>`, []string{"b.xml  → b.xml"}},
		{"in MAINTXT3", `<BODY><MAINTXT3><MT3TEXT><DOCLINK>b.xml</DOCLINK></MT3TEXT></MAINTXT3></BODY>`, []string{"b.xml  → b.xml"}},
		{"URI behind BODY", `<BODY/><APPENDIX><DOCLINK URI="%E5%88%A5%E6%B7%BB%20%E8%B3%87%E6%96%99.pdf"/><APPTITLE>資料</APPTITLE></APPENDIX>`,
			[]string{"%E5%88%A5%E6%B7%BB%20%E8%B3%87%E6%96%99.pdf 資料 → 別添 資料.pdf"}},
		{"upper case and width", `<BODY><DOCLINK REF="Ｂ.XML"/></BODY>`, []string{"Ｂ.XML  → b.xml"}},
		{"decomposed", "<BODY><DOCLINK REF=\"カ\u3099.pdf\"/></BODY>", []string{"カ\u3099.pdf  → ガ.pdf"}},
		{"a folder", `<BODY><DOCLINK REF="./dir/c.pdf"/></BODY>`, []string{"./dir/c.pdf  → dir/c.pdf"}},
		{"twice", `<BODY><REFDOC><DOCLINK REF="b.xml"/></REFDOC><APPENDIX><DOCLINK REF="b.xml"/></APPENDIX></BODY>`, []string{"b.xml  → b.xml"}},
		{"not there", `<BODY><DOCLINK REF="x.xml"/></BODY>`, []string{"x.xml  → "}},
		{"out of the package", `<BODY><DOCLINK REF="../b.xml"/></BODY>`, []string{"../b.xml  → "}},
		{"elsewhere", `<BODY><DOCLINK REF="http://example.com/b.xml"/></BODY>`, []string{"http://example.com/b.xml  → "}},
		{"empty", `<BODY><REFDOC><DOCLINK/></REFDOC></BODY>`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files["202601010000000001.xml"] = "<DOC>" + tt.inner + "</DOC>"
			var got []string
			for _, l := range openFiles(t, files).Cover().Links {
				file := ""
				if l.File != nil {
					file = l.File.Name
				}
				got = append(got, l.Ref+" "+l.Title+" → "+file)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
