<?xml version="1.0" encoding="Shift_JIS"?>
<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">
<xsl:output method="html" encoding="Shift_JIS"/>
<xsl:template match="/">
<html><head><title>返戻票</title></head><body><xsl:apply-templates select="_返戻票/_ページ"/></body></html>
</xsl:template>
<xsl:template match="_ページ">
<div style="width:640px;height:940px;position:relative">
<h3 align="center"><xsl:value-of select="帳票名称"/></h3>
<table border="1" width="640">
<xsl:for-each select="届書名|理由|通信欄|再提出期限|照会番号">
<tr><th align="left" nowrap="nowrap"><xsl:value-of select="name()"/></th><td><xsl:call-template name="改行"><xsl:with-param name="文" select="."/></xsl:call-template></td></tr>
</xsl:for-each>
</table>
<p align="right"><xsl:number count="_ページ" format="1"/>/<xsl:value-of select="last()"/></p>
</div>
</xsl:template>
<xsl:template name="改行">
<xsl:param name="文"/>
<xsl:choose>
<xsl:when test="contains($文&#x2C; '&#10;')"><xsl:value-of select="substring-before($文&#x2C; '&#10;')"/><br/><xsl:call-template name="改行"><xsl:with-param name="文" select="substring-after($文&#x2C; '&#10;')"/></xsl:call-template></xsl:when>
<xsl:otherwise><xsl:value-of select="$文"/></xsl:otherwise>
</xsl:choose>
</xsl:template>
</xsl:stylesheet>
