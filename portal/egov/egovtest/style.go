package egovtest

import (
	"fmt"
	"strings"
)

// coverStylesheet shows a cover: number and day at the right, addressee, author, title, text and the list of parts.
func coverStylesheet() []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="Shift_JIS" indent="yes"/>
<xsl:template match="DOC"><xsl:apply-templates select="BODY"/></xsl:template>
<xsl:template match="BODY">
<HTML><HEAD><TITLE><xsl:value-of select="TITLE"/></TITLE>
<style type="text/css">
<!-- 表紙 -->
body { font-family: serif; }
table.page { width: 640px; height: 940px; border: 1px solid #000000; }
td.right { text-align: right; }
td.title { text-align: center; font-size: 14pt; height: 80px; }
</style></HEAD>
<BODY><table class="page" align="center"><tr><td valign="top">
<table width="600" align="center">
<tr><td class="right"><xsl:value-of select="DOCNO"/></td></tr>
<tr><td class="right"><xsl:value-of select="DATE"/></td></tr>
<tr><td><xsl:apply-templates select="TO"/></td></tr>
<tr><td class="right"><xsl:apply-templates select="AUTHOR"/></td></tr>
<tr><td class="title"><xsl:value-of select="TITLE"/></td></tr>
<tr><td><xsl:apply-templates select="MAINTXT"/></td></tr>
<tr><td align="center"><xsl:value-of select="MAINTXT2/MT2TITLE"/></td></tr>
<tr><td><xsl:apply-templates select="MAINTXT2/MT2TEXT"/></td></tr>
<xsl:for-each select="APPENDIX|APPENDIX2"><tr><td><xsl:value-of select="position()"/><xsl:text>．</xsl:text>
<a><xsl:attribute name="href"><xsl:value-of select="DOCLINK/@REF"/><xsl:value-of select="DOCLINK"/></xsl:attribute><xsl:value-of select="APPTITLE"/></a></td></tr></xsl:for-each>
</table></td></tr></table></BODY></HTML>
</xsl:template>
<xsl:template match="TO"><xsl:value-of select="AFF"/><br/><xsl:value-of select="NAME"/><xsl:text>　</xsl:text><xsl:value-of select="HONORIFC"/></xsl:template>
<xsl:template match="AUTHOR"><xsl:value-of select="AFF"/><xsl:if test="NAME!=''"><xsl:text>　</xsl:text><xsl:value-of select="NAME"/></xsl:if></xsl:template>
<xsl:template match="P"><xsl:copy-of select="."/></xsl:template>
</xsl:stylesheet>
`)
}

// reviewStylesheet shows a labour bureau's cover.
func reviewStylesheet() []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="shift_jis" indent="yes"/>
<xsl:template match="DOC"><xsl:apply-templates select="BODY"/></xsl:template>
<xsl:template match="BODY"><HTML><HEAD><TITLE>審査結果</TITLE></HEAD><BODY>
<p style="text-align:right">到達番号：<xsl:value-of select="TOTATUNO"/></p>
<p style="text-align:right"><xsl:value-of select="UKEDATE"/></p>
<p><xsl:value-of select="HOJIGRPNAME"/><br/><xsl:value-of select="SSEISYAYKSYOK"/><xsl:text>　</xsl:text><xsl:value-of select="SSEISYANAME"/><xsl:text>　殿</xsl:text></p>
<p style="text-align:right"><xsl:value-of select="ATESK"/></p>
<p style="text-align:center"><u>電子申請に対する審査結果について</u></p>
<p><xsl:value-of select="TOTATUDATE"/>に行われた電子申請について、</p><pre><xsl:value-of select="HBUN"/></pre>
<p style="text-align:right"><xsl:value-of select="SSATANTOU"/><br/><xsl:value-of select="SSASYANAME"/><br/><xsl:value-of select="SSASYATEL"/></p>
</BODY></HTML></xsl:template>
</xsl:stylesheet>
`)
}

// stylesheet shows the form's notices, five persons a page, by recursion over the pages as the official ones do.
func (f Form) stylesheet() []byte {
	part := func(name string) string { return f.DateField + f.Cut + name }
	day := fmt.Sprintf(`<xsl:value-of select="%s"/><xsl:value-of select="number(%s)"/>年<xsl:value-of select="number(%s)"/>月`,
		part("元号"), part("年"), part("月"))
	if !f.Monthly {
		day += fmt.Sprintf(`<xsl:value-of select="number(%s)"/>日`, part("日"))
	}
	return []byte(strings.NewReplacer("_元号", f.Cut+"元号", "_年", f.Cut+"年", "_月", f.Cut+"月", "_日", f.Cut+"日",
		"_送付先", f.Cut+"送付先", "_郡市区", f.Cut+"郡市区", "_事業所", f.Cut+"事業所", "_項目", f.Cut+"項目", "_健保", f.Cut+"健保", "_厚年", f.Cut+"厚年",
		"CODE", f.Code, "FORMTITLE", f.Title, "KANA", f.KanaField, "KANJI", f.NameField, "WHEN", day, "DAYLABEL", f.DateField).Replace(noticeStylesheet))
}

const noticeStylesheet = `<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template match="/">
<html><head><title>FORMTITLE</title>
<style type="text/css">
<!-- 枠 -->
table.outline { border: 1px solid #000000; width: 640px; height: 940px; }
table.detail { border-collapse: collapse; width: 600px; table-layout: fixed; }
td.cell { border: 1px solid #000000; font-size: 9pt; }
.title { font-size: 11pt; font-weight: bold; text-align: center; }
pre.oshirase { font-size: 7pt; border: 1px solid #000000; }
</style></head>
<body style="word-break:break-all;"><table border="0" width="100%"><tr><td align="center" style="vertical-align:top;"><xsl:apply-templates/></td></tr></table></body></html>
</xsl:template>
<xsl:template match="NCODE">
<xsl:if test="count(_被保険者)!=0">
<xsl:call-template name="page"><xsl:with-param name="last" select="ceiling(count(_被保険者) div 5)"/><xsl:with-param name="page" select="1"/></xsl:call-template>
</xsl:if>
</xsl:template>
<xsl:template name="page">
<xsl:param name="last"/><xsl:param name="page"/>
<xsl:if test="$page &lt;= $last">
<xsl:if test="2 &lt;= $page"><div style="page-break-after:always;"/></xsl:if>
<table class="outline" cellpadding="20px" cellspacing="0"><tr><td style="vertical-align:top;">
<xsl:apply-templates select="_被保険者" mode="head"><xsl:with-param name="n" select="1"/></xsl:apply-templates>
<table class="detail" cellpadding="2" cellspacing="0">
<tr><td class="cell">整理番号</td><td class="cell">氏名</td><td class="cell">DAYLABEL</td><td class="cell">健保</td><td class="cell">厚年</td><td class="cell">生年月日</td></tr>
<xsl:apply-templates select="_被保険者" mode="row"><xsl:with-param name="page" select="$page"/></xsl:apply-templates>
</table>
<div style="text-align:right"><xsl:value-of select="concat($page, ' / ', $last)"/></div>
</td></tr></table>
<br/>
<xsl:call-template name="page"><xsl:with-param name="last" select="$last"/><xsl:with-param name="page" select="$page + 1"/></xsl:call-template>
</xsl:if>
</xsl:template>
<xsl:template match="_被保険者" mode="head">
<xsl:param name="n"/>
<xsl:if test="$n = position()">
<div><xsl:value-of select="事業所郵便番号_送付先"/><br/><xsl:value-of select="事業所所在地_送付先"/><br/><xsl:value-of select="事業所名称_送付先"/><br/><xsl:value-of select="事業主氏名_送付先"/>　様</div>
<div style="text-align:right">到達番号 <xsl:value-of select="到達番号_項目"/><br/><xsl:value-of select="通知年月日"/><br/><xsl:value-of select="年金事務所名"/></div>
<pre class="oshirase"><xsl:value-of select="機構からのお知らせ"/></pre>
<div class="title">FORMTITLE</div>
<div>事業所整理記号 <xsl:value-of select="事業所整理記号_郡市区記号"/>-<xsl:value-of select="事業所整理記号_事業所記号"/>　事業所番号 <xsl:value-of select="事業所番号"/></div>
</xsl:if>
</xsl:template>
<xsl:template match="_被保険者" mode="row">
<xsl:param name="page"/>
<xsl:if test="ceiling(position() div 5) = $page">
<tr><td class="cell"><xsl:value-of select="number(被保険者整理番号)"/></td>
<td class="cell"><xsl:value-of select="KANA"/><br/><xsl:value-of select="KANJI"/></td>
<td class="cell">WHEN</td>
<td class="cell"><xsl:value-of select="標準報酬月額_健保"/></td><td class="cell"><xsl:value-of select="標準報酬月額_厚年"/></td>
<td class="cell"><xsl:choose><xsl:when test="生年月日_元号='昭和'">Ｓ</xsl:when><xsl:otherwise>Ｈ</xsl:otherwise></xsl:choose><xsl:value-of select="format-number(生年月日_年, '00')"/>&#x2C;<xsl:value-of select="format-number(生年月日_月, '00')"/>&#x2C;<xsl:value-of select="format-number(生年月日_日, '00')"/></td></tr>
</xsl:if>
</xsl:template>
</xsl:stylesheet>
`

// returnedStylesheet shows a returned filing.
func returnedStylesheet() []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template match="/"><html><head><title>返戻のお知らせ</title></head><body><xsl:apply-templates select="_返戻票/_ページ"/></body></html></xsl:template>
<xsl:template match="_ページ"><table border="1" style="width:640px"><xsl:for-each select="*">
<tr><td><xsl:value-of select="name()"/></td><td><pre><xsl:value-of select="."/></pre></td></tr></xsl:for-each></table></xsl:template>
</xsl:stylesheet>
`)
}
