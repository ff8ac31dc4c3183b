<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="UTF-8" indent="no"/>
<xsl:template match="/">
<html>
<head><title>標準報酬決定通知書</title>
<style type="text/css"><xsl:comment>
.page { width: 640px; height: 940px; page-break-after: always }
td { font-size: 9pt }
</xsl:comment></style></head>
<body>
<xsl:for-each select="N7130001/_被保険者[position() mod 10 = 1]">
  <div class="page">
    <p>頁<xsl:value-of select="position()"/> / <xsl:value-of select="ceiling(count(/N7130001/_被保険者) div 10)"/></p>
    <table border="1">
      <xsl:call-template name="header"/>
      <xsl:apply-templates select="."/>
      <xsl:apply-templates select="following-sibling::_被保険者[position() &lt; 10]"/>
    </table>
  </div>
</xsl:for-each>
</body>
</html>
</xsl:template>
<xsl:template name="header">
<tr><th>番号</th><th>氏名</th><th>適用年月</th><th>健保</th><th>厚年</th><th>生年月日</th><th>種別</th></tr>
</xsl:template>
<xsl:template match="_被保険者">
<xsl:variable name="era">
  <xsl:choose>
    <xsl:when test="生年月日_元号 = '昭和'">S</xsl:when>
    <xsl:when test="生年月日_元号 = '平成'">H</xsl:when>
    <xsl:otherwise>R</xsl:otherwise>
  </xsl:choose>
</xsl:variable>
<tr>
  <td><xsl:value-of select="format-number(被保険者整理番号, '00000')"/></td>
  <td><xsl:choose>
    <xsl:when test="被保険者氏名 != ''"><xsl:value-of select="被保険者氏名"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="被保険者カナ氏名"/></xsl:otherwise>
  </xsl:choose></td>
  <td><xsl:value-of select="concat(適用年月_元号, normalize-space(適用年月_年), '年', normalize-space(適用年月_月), '月')"/></td>
  <td align="right"><xsl:value-of select="format-number(number(substring-before(標準報酬月額_健保, '千円')) * 1000, '#,##0')"/>円</td>
  <td align="right"><xsl:value-of select="format-number(number(substring-before(標準報酬月額_厚年, '千円')) * 1000, '#,##0')"/>円</td>
  <td><xsl:value-of select="$era"/><xsl:call-template name="pad"><xsl:with-param name="n" select="生年月日_年"/></xsl:call-template>.<xsl:call-template name="pad"><xsl:with-param name="n" select="生年月日_月"/></xsl:call-template>.<xsl:call-template name="pad"><xsl:with-param name="n" select="生年月日_日"/></xsl:call-template></td>
  <td>
    <xsl:attribute name="class"><xsl:if test="contains(種別_性別, '第一種')">first</xsl:if></xsl:attribute>
    <xsl:value-of select="translate(種別_性別, '一二三', '123')"/>
  </td>
</tr>
</xsl:template>
<xsl:template name="pad">
  <xsl:param name="n"/>
  <xsl:param name="to" select="2"/>
  <xsl:variable name="text" select="normalize-space($n)"/>
  <xsl:choose>
    <xsl:when test="string-length($text) &lt; $to">
      <xsl:call-template name="pad"><xsl:with-param name="n" select="concat('0', $text)"/><xsl:with-param name="to" select="$to"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
