<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">
<xsl:output method="html" encoding="Shift_JIS" indent="yes"/>
<xsl:template match="/DOC">
<HTML>
	<HEAD>
		<TITLE><xsl:value-of select="BODY/TITLE"/></TITLE>
		<STYLE TYPE="text/css">
			<xsl:comment>
			BODY { font-family: "ＭＳ 明朝"; font-size: 11pt }
			.page { width: 640px; height: 940px; page-break-after: always }
			</xsl:comment>
		</STYLE>
	</HEAD>
	<xsl:apply-templates select="BODY"/>
</HTML>
</xsl:template>
<xsl:template match="BODY">
	<BODY bgcolor="#FFFFFF"><DIV class="page">
		<TABLE border="0" width="640" cellpadding="2">
			<TR><TD align="right"><xsl:value-of select="DOCNO"/></TD></TR>
			<xsl:if test="DATE != ''"><TR><TD align="right"><xsl:value-of select="translate(DATE&#x2C; '0123456789'&#x2C; '０１２３４５６７８９')"/></TD></TR></xsl:if>
		</TABLE>
		<xsl:apply-templates select="TO | AUTHOR"/>
		<CENTER><FONT size="5"><xsl:value-of select="TITLE"/></FONT></CENTER>
		<PRE><xsl:apply-templates select="MAINTXT/P"/></PRE>
		<xsl:for-each select="MAINTXT2"><P><B><xsl:value-of select="MT2TITLE"/></B><BR/><xsl:apply-templates select="MT2TEXT/P"/></P></xsl:for-each>
		<UL><xsl:apply-templates select="APPENDIX"/></UL>
	</DIV></BODY>
</xsl:template>
<xsl:template match="TO"><P><xsl:value-of select="AFF"/><BR/><xsl:value-of select="concat(NAME&#x2C; '　'&#x2C; HONORIFC)"/></P></xsl:template>
<xsl:template match="AUTHOR"><P align="right"><xsl:value-of select="AFF"/><xsl:text>　</xsl:text><xsl:value-of select="NAME"/></P></xsl:template>
<xsl:template match="P"><xsl:if test="@LEVEL &gt; 0"><xsl:text>　　</xsl:text></xsl:if><xsl:copy-of select="node()"/><xsl:text disable-output-escaping="yes">&lt;br&gt;</xsl:text></xsl:template>
<xsl:template match="APPENDIX"><LI><xsl:choose><xsl:when test="DOCLINK/@REF"><A><xsl:attribute name="href"><xsl:value-of select="DOCLINK/@REF"/></xsl:attribute><xsl:value-of select="APPTITLE"/></A></xsl:when><xsl:otherwise><xsl:value-of select="DOCLINK"/></xsl:otherwise></xsl:choose></LI></xsl:template>
</xsl:stylesheet>
