package xslt_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

func official(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/official/" + name + ".xsl")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const cover = `<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="kagami.xsl"?>
<DOC VERSION="1.0"><FRONT><SECRECY/><STAMP/></FRONT>
<BODY ID="DOCBODY"><DOCNO>202601220123456789</DOCNO><DATE TYPE="1">令和 8年 6月 1日</DATE><TO><AFF>株式会社見本</AFF><NAME>見本　太郎</NAME><HONORIFC>様</HONORIFC></TO>
<AUTHOR><AFF>日本年金機構</AFF><NAME>見本年金事務所長</NAME></AUTHOR><TITLE>標準報酬決定通知書　①</TITLE>
<MAINTXT><P LEVEL="0">次のとおり決定しましたので通知します。</P><P LEVEL="1">内容　A &amp; B</P><P/></MAINTXT>
<MAINTXT2><MT2TITLE>備考</MT2TITLE><MT2TEXT><P>一</P><P>二</P></MT2TEXT></MAINTXT2>
<APPENDIX><DOCLINK REF="7130001.xml"/><APPTITLE>通知書</APPTITLE></APPENDIX><APPENDIX><DOCLINK>別紙</DOCLINK></APPENDIX></BODY></DOC>`

const returned = `<?xml version="1.0" encoding="UTF-8"?><_返戻票><_ページ><帳票名称>返戻のお知らせ</帳票名称><届書名>資格取得届</届書名><理由>氏名が違います。
確認してください。

以上</理由><通信欄/><再提出期限>令和８年７月１日</再提出期限><照会番号>0001</照会番号></_ページ><_ページ><帳票名称>二枚目</帳票名称><照会番号>2</照会番号></_ページ></_返戻票>`

const bureau = `<?xml version="1.0" encoding="UTF-8"?><DOC><BODY ID="DOCBODY"><TOTATUNO>20260122</TOTATUNO><UKEDATE>令和８年１月２２日</UKEDATE><HOJIGRPNAME/><SSEISYANAME>見本　花子</SSEISYANAME>
<HBUN>  申請を受理しました。
    つきましては、次のとおりです。</HBUN><SSATANTOU>審査係</SSATANTOU><SSASYATEL>03-0000-0000</SSASYATEL></BODY><APPENDIX><DOCLINK URI="%E5%88%A5%E7%B4%99.pdf"/><APPTITLE>別紙</APPTITLE></APPENDIX></DOC>`

// insured writes a notice for n persons, with what official ones hold: padded half-width kana, empty names, characters
// that only CP932 has.
func insured(n int) string {
	names := []string{"山田　花子", "髙橋　一郎", "", "﨑山　次郎①", "Ａ　Ｂ＆Ｃ"}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<?xml-stylesheet type="text/xsl" href="7130001.xsl"?>` + "\n<N7130001>\n\t<通知管理番号>00000001</通知管理番号>\n\t<通知年月日><![CDATA[令和８年６月１日]]></通知年月日>\n\t<事業所整理記号_郡市区記号>01</事業所整理記号_郡市区記号><事業所整理記号_事業所記号>ﾐﾎﾝ</事業所整理記号_事業所記号>\n")
	for i := range n {
		fmt.Fprintf(&b, "\t<N7130001_被保険者>\n\t\t<被保険者整理番号>%05d</被保険者整理番号>\n\t\t<被保険者カナ氏名>ﾐﾎﾝ %-12s</被保険者カナ氏名>\n\t\t<被保険者氏名><![CDATA[%s]]></被保険者氏名>\n", i+1, []string{"ﾀﾛｳ", "ﾊﾅｺ"}[i%2], names[i%len(names)])
		fmt.Fprintf(&b, "\t\t<適用年月_元号>%s</適用年月_元号><適用年月_年>%d</適用年月_年><適用年月_月>9</適用年月_月>\n\t\t<標準報酬月額_健保> %d千円</標準報酬月額_健保><標準報酬月額_厚年> %d千円</標準報酬月額_厚年>\n", []string{"R", "9", "H"}[i%3], i%30+1, 98+i*10%1300, 98+i*10%600)
		fmt.Fprintf(&b, "\t\t<生年月日_元号>S</生年月日_元号><生年月日_年>%02d</生年月日_年><生年月日_月>%02d</生年月日_月><生年月日_日>%02d</生年月日_日>\n\t\t<種別_性別>%d</種別_性別><取得区分/><基礎年金番号_上4桁>%04d</基礎年金番号_上4桁><基礎年金番号_下6桁>%06d</基礎年金番号_下6桁>\n\t</N7130001_被保険者>\n", i%63+1, i%12+1, i%28+1, i%3+1, i*7%10000, i*97)
	}
	b.WriteString("\t<年金事務所名>見本年金事務所</年金事務所名>\n\t<機構からのお知らせ>お知らせ&lt;br/&gt;です</機構からのお知らせ>\n</N7130001>\n")
	return b.String()
}

// encoded returns a document in another encoding, with the declaration to match.
func encoded(t testing.TB, doc, name string, e encoding.Encoding) string {
	t.Helper()
	out, err := e.NewEncoder().String(strings.Replace(doc, `encoding="UTF-8"`, `encoding="`+name+`"`, 1))
	if err != nil {
		t.Fatalf("write in %s: %v", name, err)
	}
	return out
}

func TestOfficialStylesheets(t *testing.T) {
	for _, c := range []struct{ name, sheet, doc string }{
		{"cover", "kagami", cover},
		{"notice of nobody", "notice", insured(0)},
		{"notice of 20", "notice", insured(20)},
		{"notice of 21", "notice", insured(21)},
		{"notice of 1000", "notice", insured(1000)},
		{"returned filing", "henrei", returned},
		{"labour bureau", "bureau", bureau},
		{"a notice with a cover's stylesheet", "kagami", insured(1)},
	} {
		t.Run(c.name, func(t *testing.T) { same(t, official(t, c.sheet), c.doc, "") })
	}
}

// TestEncodings reads a notice in every encoding that occurs. What is written must be the same in UTF-8 each time:
// xsltproc's own decoders stumble over the characters that only CP932 has.
func TestEncodings(t *testing.T) {
	doc, sheet := insured(20), official(t, "notice")
	want, err := ours(sheet, doc)
	if err != nil {
		t.Fatal(err)
	}
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	plain := strings.NewReplacer("髙", "高", "﨑", "崎", "①", "1").Replace(doc)
	plainWant, err := ours(sheet, plain)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, doc, want string }{
		{"UTF-8 with a mark", "\uFEFF" + doc, want.text},
		{"UTF-16", encoded(t, doc, "UTF-16", utf16), want.text},
		{"UTF-16BE", encoded(t, doc, "UTF-16", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)), want.text},
		{"Shift_JIS", encoded(t, doc, "Shift_JIS", japanese.ShiftJIS), want.text},
		{"Windows-31J", encoded(t, doc, "Windows-31J", japanese.ShiftJIS), want.text},
		{"EUC-JP", encoded(t, plain, "EUC-JP", japanese.EUCJP), plainWant.text},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ours(sheet, c.doc)
			if err != nil {
				t.Fatal(err)
			}
			if got.text != c.want {
				t.Errorf("got %.300q", got.text)
			}
		})
	}
	same(t, sheet, encoded(t, plain, "UTF-16", utf16), "")
	same(t, sheet, encoded(t, plain, "EUC-JP", japanese.EUCJP), "")
}
