package egov_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

// readNotice reads XML as a file by itself.
func readNotice(t testing.TB, name, xml string) (egov.Notice, *egov.File) {
	t.Helper()
	p, err := egov.Open(name, strings.NewReader(xml), int64(len(xml)), egov.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	n, ok := p.Files[0].Notice()
	if !ok {
		t.Fatalf("%s is %s: %v", name, p.Files[0].Role, p.Files[0].Problem)
	}
	return n, p.Files[0]
}

func TestNoticePersons(t *testing.T) {
	tests := []struct {
		name, fields string
		want         string // name|kana|number|birth|elder|from kana
	}{
		{"kanji and kana", "<被保険者漢字氏名><![CDATA[見本　一郎]]></被保険者漢字氏名><被保険者カナ氏名>ﾐﾎﾝ ｲﾁﾛｳ      </被保険者カナ氏名><被保険者整理番号>    12</被保険者整理番号>",
			"見本 一郎|ミホン イチロウ|12|||"},
		{"no kanji", "<被保険者漢字氏名><![CDATA[　]]></被保険者漢字氏名><被保険者カナ氏名>ﾐﾎﾝ ｲﾁﾛｳ</被保険者カナ氏名>",
			"ミホン イチロウ|ミホン イチロウ||||kana"},
		{"plain name", "<被保険者氏名>見本 桜</被保険者氏名>", "見本 桜|||||"},
		{"aged 70 or over", "<被用者漢字氏名>例示 進</被用者漢字氏名><被用者カナ氏名>ﾚｲｼﾞ ｽｽﾑ</被用者カナ氏名>", "例示 進|レイジ ススム|||elder|"},
		{"parts by x", "<被保険者氏名x漢字>例示 健</被保険者氏名x漢字><被保険者氏名xカナ>ﾚｲｼﾞ ｹﾝ</被保険者氏名xカナ><生年月日x元号>平成</生年月日x元号><生年月日x年> 5</生年月日x年><生年月日x月>12</生年月日x月><生年月日x日> 1</生年月日x日>",
			"例示 健|レイジ ケン||1993-12-01||"},
		{"birth by the form's number", "<被保険者氏名>例示 健</被保険者氏名><生年月日_元号>5</生年月日_元号><生年月日_年>41</生年月日_年><生年月日_月>1</生年月日_月><生年月日_日>31</生年月日_日>",
			"例示 健|||1966-01-31||"},
		{"others' names do not count", "<事業主氏名>架空 社長</事業主氏名><被扶養者氏名>例示 子</被扶養者氏名><被保険者氏名>例示 親</被保険者氏名><事業主氏名_送付先>架空</事業主氏名_送付先>",
			"例示 親|||||"},
		{"insurance number", "<被保険者氏名>例示 親</被保険者氏名><雇用保険被保険者番号>1234-567890-1</雇用保険被保険者番号>", "例示 親||1234-567890-1|||"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, _ := readNotice(t, "7100001.xml", "<N7100001><_被保険者>"+tt.fields+"</_被保険者></N7100001>")
			if len(n.Persons) != 1 {
				t.Fatalf("%d persons", len(n.Persons))
			}
			p := n.Persons[0]
			got := strings.Join([]string{p.Name, p.Kana, p.Number, day(p.Birth.Time), word(p.Elder, "elder"), word(p.FromKana, "kana")}, "|")
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func word(is bool, w string) string {
	if is {
		return w
	}
	return ""
}

func TestNoticeOffices(t *testing.T) {
	row := func(district, sign, number string) string {
		return fmt.Sprintf("<_被保険者><事業所整理記号_郡市区記号>%s</事業所整理記号_郡市区記号><事業所整理記号_事業所記号>%s</事業所整理記号_事業所記号><事業所番号>%s</事業所番号><被保険者氏名>見本</被保険者氏名></_被保険者>", district, sign, number)
	}
	tests := []struct {
		name, inner string
		want        []egov.Codes
	}{
		{"one office in every row", row("01", "ｱｲｳ", "00012") + row("01", "ｱｲｳ", "00012"), []egov.Codes{{ReferenceCode: "01-アイウ", OfficeNumber: "00012"}}},
		{"two offices", row("01", "ｱｲｳ", "00012") + row("01", "ｶｷｸ", "00013"),
			[]egov.Codes{{ReferenceCode: "01-アイウ", OfficeNumber: "00012"}, {ReferenceCode: "01-カキク", OfficeNumber: "00013"}}},
		{"labour insurance in parts", "<労働保険番号_府県>13</労働保険番号_府県><労働保険番号_所掌>1</労働保険番号_所掌><労働保険番号_管轄>01</労働保険番号_管轄><労働保険番号_基幹番号>123456</労働保険番号_基幹番号><労働保険番号_枝番号>000</労働保険番号_枝番号>",
			[]egov.Codes{{LaborInsuranceNumber: "13101123456000"}}},
		{"employment insurance", "<雇用保険適用事業所番号>1301-123456-7</雇用保険適用事業所番号>", []egov.Codes{{EmploymentInsuranceNumber: "13011234567"}}},
		{"corporate number", "<法人番号>７００００１２０５０００２</法人番号>", []egov.Codes{{CorporateNumber: "7000012050002"}}},
		{"corporate number with a wrong digit", "<法人番号>8000012050002</法人番号>", nil},
		{"nothing", "<何か>1</何か>", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, _ := readNotice(t, "a.xml", "<N7100001>"+tt.inner+"</N7100001>")
			if diff := cmp.Diff(tt.want, n.Codes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReturned(t *testing.T) {
	made := egovtest.New(1).Package(egovtest.Returned, egovtest.Options{})
	n, ok := open(t, made).File("henrei.xml").Notice()
	if !ok || len(n.Returned) != 1 || n.Kind.Code != egov.KindReturned {
		t.Fatalf("%+v", n)
	}
	r := n.Returned[0]
	got := []string{r.Form, r.Filing, r.Reason, r.Note, day(r.Deadline.Time), r.Deadline.Era, r.Inquiry, n.To}
	want := []string{"返戻のお知らせ", "被保険者資格取得届", "資格取得年月日が記入されていません。\n確認のうえ再提出してください。",
		"ご不明な点は年金事務所へお問い合わせください。", day(made.Deadline), "令和", "12-345", made.Office.Name}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOutline(t *testing.T) {
	tests := []struct{ name, file, xml, want string }{
		{"notice", "7100001.xml", `<N7100001><_被保険者><到達番号_固定文字>到達番号</到達番号_固定文字><到達番号_項目>202601010000000001</到達番号_項目>
<生年月日_元号>平成</生年月日_元号><生年月日_年> 5</生年月日_年><生年月日_月> 2</生年月日_月><生年月日_日> 1</生年月日_日>
<機構からのお知らせ>一
二</機構からのお知らせ><外字表示_項目/></_被保険者><非表示項目>非表示項目</非表示項目></N7100001>`,
			"被保険者\n  到達番号: 202601010000000001\n  生年月日: 平成5年2月1日\n  機構からのお知らせ: 一/二\n"},
		{"camel case", "x.xml", "<ZougenUchiwakeSho><Jigyosho><Name>見本</Name></Jigyosho><Gokei>1,000</Gokei></ZougenUchiwakeSho>",
			"Jigyosho\n  Name: 見本\nGokei: 1,000\n"},
		{"cover", "202601010000000001.xml", `<DOC><FRONT><SECRECY>親展</SECRECY><STAMP>要</STAMP></FRONT><BODY><STYLESHEET URI="a.xsl"/><DOCNO>１</DOCNO><TO><AFF>見本</AFF><NAME/></TO>
<MAINTXT><P>一</P><P>二</P></MAINTXT><MAINTXT2><MT2TITLE>記</MT2TITLE><MT2TEXT><P>三</P></MT2TEXT></MAINTXT2><APPENDIX><DOCLINK REF="a.xml"/><APPTITLE>別添</APPTITLE></APPENDIX></BODY></DOC>`,
			"文書番号: １\n宛先\n  所属: 見本\n本文: 一/二\n見出し: 記\n本文: 三\n添付\n  ファイル: a.xml\n  添付の名称: 別添\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := egov.Open(tt.file, strings.NewReader(tt.xml), int64(len(tt.xml)), egov.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			o, ok := p.Files[0].Outline()
			if !ok {
				t.Fatal("no outline")
			}
			if diff := cmp.Diff(tt.want, printed(o.Children, "")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func printed(rows []egov.Outline, indent string) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(indent + r.Label)
		if r.Value != "" {
			b.WriteString(": " + strings.ReplaceAll(r.Value, "\n", "/"))
		}
		b.WriteString("\n" + printed(r.Children, indent+"  "))
	}
	return b.String()
}
