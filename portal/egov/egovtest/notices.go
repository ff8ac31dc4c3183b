package egovtest

import (
	"fmt"
	"strings"
	"time"
)

// Form is a notice's code and how its fields are called.
type Form struct {
	Code      string
	Title     string
	NameField string // kanji name
	KanaField string
	DateField string // base name of the day or month that it is about
	Monthly   bool   // DateField has no day
	Cut       string // between the parts of a field's name: "_" or "x"
}

// Forms are the notices that the generator writes.
func Forms() []Form {
	return []Form{
		{"7100001", "健康保険・厚生年金保険資格取得確認および標準報酬決定通知書", "被保険者漢字氏名", "被保険者カナ氏名", "資格取得年月日", false, "_"},
		{"7130001", "健康保険・厚生年金保険被保険者標準報酬決定通知書", "被保険者氏名", "被保険者カナ氏名", "適用年月", true, "_"},
		{"7140001", "健康保険・厚生年金保険被保険者標準報酬改定通知書", "被保険者氏名", "被保険者カナ氏名", "改定年月", true, "_"},
		{"7120001", "健康保険・厚生年金保険資格喪失確認通知書", "被保険者漢字氏名", "被保険者カナ氏名", "資格喪失年月日", false, "_"},
		{"7150001", "健康保険・厚生年金保険標準賞与額決定通知書", "被保険者氏名", "被保険者カナ氏名", "賞与支払年月日", false, "x"},
		{"7200001", "厚生年金保険70歳以上被用者標準報酬月額相当額のお知らせ", "被用者漢字氏名", "被用者カナ氏名", "適用年月", true, "_"},
	}
}

func form(code string) Form {
	for _, f := range Forms() {
		if f.Code == code {
			return f
		}
	}
	panic("egovtest: no form " + code)
}

// notice writes a notice about persons, as the pension service does: everything about the office again with each.
func (f Form) notice(o Office, persons []Person, arrival string, day time.Time) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?xml-stylesheet type=\"text/xsl\" href=\"%s.xsl\"?>\n<N%s>\n", f.Code, f.Code)
	for i, p := range persons {
		b.WriteString("<_被保険者>\n")
		f.office(&b, o, arrival, day, i)
		f.person(&b, p, day)
		b.WriteString("</_被保険者>\n")
	}
	fmt.Fprintf(&b, "<非表示項目>非表示項目</非表示項目>\n</N%s>\n", f.Code)
	return []byte(b.String())
}

func cdata(s string) string { return "<![CDATA[" + s + "]]>" }

// line writes one element; value is XML already.
func line(b *strings.Builder, name, value string) {
	fmt.Fprintf(b, "<%s>%s</%s>\n", name, value, name)
}

func (f Form) office(b *strings.Builder, o Office, arrival string, day time.Time, i int) {
	line(b, "通知管理番号", day.Format("060102")+"00001")
	line(b, "通知管理番号枝番", fmt.Sprint(i+1))
	line(b, "通知年月日", cdata(fmt.Sprintf("令和 %d年%2d月%2d日", day.Year()-2018, day.Month(), day.Day())))
	line(b, "事業所郵便番号"+f.Cut+"送付先", escape(o.Postal))
	line(b, "事業所所在地"+f.Cut+"送付先", cdata(o.Address))
	line(b, "事業所名称"+f.Cut+"送付先", cdata(o.Name))
	line(b, "事業主氏名"+f.Cut+"送付先", cdata(o.Owner))
	line(b, "事業所整理記号"+f.Cut+"郡市区記号", o.District)
	line(b, "事業所整理記号"+f.Cut+"事業所記号", o.Sign)
	line(b, "事業所番号", o.Number)
	line(b, "年金事務所名", cdata(o.PensionOffice))
	line(b, "機構からのお知らせ", cdata("この通知は見本です。\n架空の事業所に宛てたものです。"))
	line(b, "到達番号"+f.Cut+"固定文字", "到達番号")
	line(b, "到達番号"+f.Cut+"項目", arrival)
	line(b, "外字表示"+f.Cut+"項目", "")
}

func (f Form) person(b *strings.Builder, p Person, day time.Time) {
	line(b, "被保険者整理番号", fmt.Sprintf("%6s", p.Number))
	line(b, f.KanaField, fmt.Sprintf("%-25s", p.Kana))
	line(b, f.NameField, cdata(p.Name))
	f.date(b, "生年月日", p.Era, p.Year, p.Month, p.Day)
	last := day.Day()
	if f.Monthly {
		last = 0
	}
	f.date(b, f.DateField, "令和", day.Year()-2018, int(day.Month()), last)
	line(b, "種別"+f.Cut+"性別", p.Sex)
	line(b, "標準報酬月額"+f.Cut+"健保", fmt.Sprintf("%5d千円", p.Salary))
	line(b, "標準報酬月額"+f.Cut+"厚年", fmt.Sprintf("%5d千円", p.Salary))
	line(b, "基礎年金番号"+f.Cut+"上4桁", p.Basic[:4])
	line(b, "基礎年金番号"+f.Cut+"下6桁", p.Basic[4:])
}

// date writes a day in parts; without the day's part if it is 0.
func (f Form) date(b *strings.Builder, base, era string, y, m, d int) {
	line(b, base+f.Cut+"元号", era)
	line(b, base+f.Cut+"年", fmt.Sprintf("%2d", y))
	line(b, base+f.Cut+"月", fmt.Sprintf("%2d", m))
	if d > 0 {
		line(b, base+f.Cut+"日", fmt.Sprintf("%2d", d))
	}
}

// returned writes a returned filing (返戻票).
func returned(o Office, deadline time.Time) []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?xml-stylesheet type=\"text/xsl\" href=\"henrei.xsl\"?>\n<_返戻票>\n<_ページ>\n")
	line(&b, "帳票名称", cdata("返戻のお知らせ"))
	line(&b, "届書名", cdata("被保険者資格取得届"))
	line(&b, "事業所整理記号_郡市区記号", o.District)
	line(&b, "事業所整理記号_事業所記号", o.Sign)
	line(&b, "事業所番号", o.Number)
	line(&b, "事業所名称", cdata(o.Name))
	line(&b, "理由", cdata("資格取得年月日が記入されていません。\n確認のうえ再提出してください。"))
	line(&b, "通信欄", cdata("ご不明な点は年金事務所へお問い合わせください。"))
	line(&b, "再提出期限", cdata(fmt.Sprintf("令和 %d年 %d月 %d日", deadline.Year()-2018, deadline.Month(), deadline.Day())))
	line(&b, "照会番号", "12-345")
	b.WriteString("</_ページ>\n</_返戻票>\n")
	return []byte(b.String())
}

// filingCopy writes the data of a filing (届出控).
func filingCopy(o Office, p Person) []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DataRoot>\n")
	line(&b, "様式ID", "495000010000000001")
	line(&b, "様式名", "被保険者報酬月額算定基礎届")
	line(&b, "事業所整理記号", escape(o.District+"-"+o.Sign))
	line(&b, "事業所番号", o.Number)
	line(&b, "法人番号", o.Corporate)
	b.WriteString("<被保険者一覧>\n<被保険者>\n")
	line(&b, "被保険者整理番号", p.Number)
	line(&b, "被保険者氏名", escape(p.Name))
	line(&b, "被保険者氏名カナ", escape(p.Kana))
	b.WriteString("</被保険者>\n</被保険者一覧>\n</DataRoot>\n")
	return []byte(b.String())
}
