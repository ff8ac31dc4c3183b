package egov_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cloudpocket/portal/egov"
)

// sample reads one of the documents that the e-Gov test site hands out.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/official/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func openSample(t testing.TB, name string) *egov.Package {
	t.Helper()
	data := sample(t, name)
	p, err := egov.Open(name, bytes.NewReader(data), int64(len(data)), egov.Limits{})
	if err != nil {
		t.Fatalf("open %s: %v", name, err)
	}
	return p
}

func TestSampleFiles(t *testing.T) {
	type file struct {
		Name       string
		Role       egov.Role
		Stylesheet string
		Match      egov.Match
	}
	tests := []struct {
		name string
		want []file
	}{
		{"0000-API-001.zip", []file{
			{"0000-API-001.xml", egov.RoleCover, "スタイルシート1.xsl", egov.MatchOnly},
			{"スタイルシート1.xsl", egov.RoleStylesheet, "", egov.MatchNone}}},
		{"0000-API-002.zip", []file{{"0000-API-002.xml", egov.RoleCover, "", egov.MatchNone}}},
		{"0000-API-002.xml", []file{{"0000-API-002.xml", egov.RoleCover, "", egov.MatchNone}}},
		{"comment.zip", []file{
			{"commenttsuuchi.xml", egov.RoleCover, "999000000000000002.xsl", egov.MatchExact},
			{"999000000000000002.xsl", egov.RoleStylesheet, "", egov.MatchNone}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []file
			for _, f := range openSample(t, tt.name).Files {
				got = append(got, file{Name: f.Name, Role: f.Role, Match: f.Match})
				if f.Stylesheet != nil {
					got[len(got)-1].Stylesheet = f.Stylesheet.Name
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSampleCovers(t *testing.T) {
	tests := []struct {
		name                             string
		kind, arrival, number, day, text string
		to, author, title                string
	}{
		{"0000-API-001.zip", "", "", "API-001", "2015-02-26", "15/02/26",
			"窓口 一郎 殿", "総務省 行政管理局", "タイトル：テスト用公文書"},
		{"0000-API-002.zip", "", "", "120806-01", "2012-08-06", "平成24年8月6日",
			"総務省行政管理局 安部 様", "霞が関WAN運用センター 湯口", "模擬認証局官職証明書での署名付与文書"},
		{"comment.zip", egov.KindComment, "9002015000243928", "9002015000243928", "2015-03-09", "2015年03月09日",
			"", "", "コメント（メッセージ）"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, ok := openSample(t, tt.name).Cover().Cover()
			if !ok {
				t.Fatal("no cover")
			}
			got := []string{c.Kind.Code, c.Arrival, c.Number, c.Date.Time.Format("2006-01-02"), c.Date.Text, c.To.String(), c.Author.String(), c.Title}
			want := []string{tt.kind, tt.arrival, tt.number, tt.day, tt.text, tt.to, tt.author, tt.title}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSampleText(t *testing.T) {
	c, _ := openSample(t, "0000-API-001.zip").Cover().Cover()
	want := []egov.Paragraph{
		{Text: "テスト用の公文書です。"},
		{Heading: "記", Text: "この公文書は公文書署名検証の対象外です。\n公文書署名検証を実施する場合は、\n0000-API-002.xmlにて実施してください。"},
		{Text: "この公文書はテスト環境用のサンプルであり、実際の申請時に発出される公文書の内容を模したものではありません。"},
	}
	if diff := cmp.Diff(want, c.Paragraphs); diff != "" {
		t.Error(diff)
	}
}
