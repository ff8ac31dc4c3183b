<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">
<xsl:output method="html" encoding="UTF-8" indent="no"/>
<xsl:decimal-format NaN=""/>
<xsl:variable name="行数" select="20"/>
<xsl:template match="/">
	<html>
		<head>
			<title>健康保険・厚生年金保険　標準報酬決定通知書</title>
			<style type="text/css"><![CDATA[<!--
				body { margin: 0px; font-family: "ＭＳ ゴシック" }
				.page { position: relative; width: 640px; height: 940px; page-break-after: always; overflow: hidden }
				td.w { border: 1px solid #000000; font-size: 9pt; white-space: nowrap }
				div > table { border-collapse: collapse }
			-->]]></style>
		</head>
		<body>
			<xsl:call-template name="頁">
				<xsl:with-param name="頁番号" select="1"/>
				<xsl:with-param name="全件" select="count(N7130001/N7130001_被保険者)"/>
			</xsl:call-template>
		</body>
	</html>
</xsl:template>
<xsl:template name="頁">
	<xsl:param name="頁番号"/>
	<xsl:param name="全件"/>
	<xsl:variable name="始" select="($頁番号 - 1) * $行数 + 1"/>
	<xsl:variable name="終" select="$頁番号 * $行数"/>
	<div class="page">
		<table width="640" border="0"><tr>
			<td width="200"><xsl:value-of select="N7130001/事業所整理記号_郡市区記号"/>－<xsl:value-of select="N7130001/事業所整理記号_事業所記号"/></td>
			<td align="center"><font size="4"><b>標準報酬決定通知書</b></font></td>
			<td align="right"><xsl:value-of select="concat($頁番号&#x2C; '／'&#x2C; ceiling($全件 div $行数))"/></td>
		</tr></table>
		<table class="list" cellspacing="0" cellpadding="1" width="100%">
			<tr bgcolor="#eeeeee"><th>整理番号</th><th>氏名</th><th>カナ</th><th>適用年月</th><th>健保</th><th>厚年</th><th>生年月日</th><th>種別</th><th>基礎年金番号</th></tr>
			<xsl:apply-templates select="N7130001/N7130001_被保険者[position() &gt;= $始 and position() &lt;= $終]"/>
		</table>
		<xsl:if test="$終 &gt;= $全件"><p align="left"><xsl:value-of select="N7130001/機構からのお知らせ" disable-output-escaping="yes"/></p></xsl:if>
		<p align="right"><xsl:value-of select="N7130001/年金事務所名"/></p>
	</div>
	<xsl:if test="$終 &lt; $全件">
		<xsl:call-template name="頁">
			<xsl:with-param name="頁番号" select="$頁番号 + 1"/>
			<xsl:with-param name="全件" select="$全件"/>
		</xsl:call-template>
	</xsl:if>
</xsl:template>
<xsl:template match="N7130001_被保険者">
	<tr>
		<xsl:attribute name="style">height:<xsl:value-of select="30 + position() mod 2"/>px</xsl:attribute>
		<td class="w" align="center"><xsl:value-of select="number(被保険者整理番号)"/></td>
		<td class="w"><xsl:choose><xsl:when test="normalize-space(被保険者氏名) != ''"><xsl:value-of select="被保険者氏名"/></xsl:when><xsl:otherwise><xsl:value-of select="被保険者カナ氏名"/></xsl:otherwise></xsl:choose></td>
		<td class="w"><xsl:value-of select="被保険者カナ氏名"/></td>
		<td class="w"><xsl:call-template name="年月"><xsl:with-param name="元号" select="適用年月_元号"/><xsl:with-param name="年" select="適用年月_年"/><xsl:with-param name="月" select="適用年月_月"/></xsl:call-template></td>
		<td class="w" align="right"><xsl:value-of select="format-number(translate(標準報酬月額_健保&#x2C; '千円 '&#x2C; '')&#x2C; '#,##0')"/>千円</td>
		<td class="w" align="right"><xsl:value-of select="format-number(substring-before(標準報酬月額_厚年&#x2C; '千円') * 1000&#x2C; '#,##0円')"/></td>
		<td class="w"><xsl:value-of select="concat(生年月日_元号&#x2C; 生年月日_年&#x2C; '.'&#x2C; 生年月日_月&#x2C; '.'&#x2C; 生年月日_日)"/></td>
		<td class="w" align="center"><xsl:choose><xsl:when test="種別_性別 = 1">第一種（男）</xsl:when><xsl:when test="種別_性別 = 2">第二種（女）</xsl:when><xsl:otherwise>－</xsl:otherwise></xsl:choose></td>
		<td class="w"><xsl:if test="基礎年金番号_上4桁"><xsl:value-of select="基礎年金番号_上4桁"/>-<xsl:value-of select="基礎年金番号_下6桁"/></xsl:if><xsl:if test="position() = last()"><xsl:text>　</xsl:text></xsl:if></td>
	</tr>
</xsl:template>
<xsl:template name="年月">
	<xsl:param name="元号"/><xsl:param name="年"/><xsl:param name="月"/>
	<xsl:choose><xsl:when test="$元号 = 'R' or $元号 = '9'">令和</xsl:when><xsl:when test="$元号 = 'H' or $元号 = '7'">平成</xsl:when><xsl:otherwise><xsl:value-of select="$元号"/></xsl:otherwise></xsl:choose>
	<xsl:value-of select="format-number($年&#x2C; '00')"/>年<xsl:value-of select="format-number($月&#x2C; '00')"/>月</xsl:template>
</xsl:stylesheet>
