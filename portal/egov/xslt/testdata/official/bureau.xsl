<?xml version="1.0" encoding="UTF-8"?>
<!-- 電子申請に対する審査結果について: a labour bureau's cover, walked over without naming all its fields -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="utf-8" indent="no" doctype-public="-//W3C//DTD HTML 4.01 Transitional//EN" doctype-system="http://www.w3.org/TR/html4/loose.dtd"/>
<xsl:strip-space elements="*"/>
<xsl:key name="項目" match="BODY/*" use="name()"/>
<xsl:variable name="見出し"><xsl:text>電子申請に対する審査結果について</xsl:text></xsl:variable>
<xsl:attribute-set name="枠"><xsl:attribute name="border">0</xsl:attribute><xsl:attribute name="width">580</xsl:attribute><xsl:attribute name="bgcolor">#FFFBF0</xsl:attribute></xsl:attribute-set>
<xsl:template match="DOC"><html lang="ja"><head><title><xsl:value-of select="$見出し"/></title></head><body><xsl:apply-templates mode="本文" select="BODY"/><xsl:apply-templates select="APPENDIX"/></body></html></xsl:template>
<xsl:template match="BODY" mode="本文"><table xsl:use-attribute-sets="枠"><xsl:apply-templates select="*" mode="行"><xsl:sort select="string-length(.) &gt; 20" order="descending"/><xsl:sort select="name()"/></xsl:apply-templates></table></xsl:template>
<xsl:template match="*" mode="行"><tr id="{generate-id(.) = generate-id(key('項目', name())[1])}"><td><xsl:number count="*" format="(1)"/></td><td><xsl:value-of select="."/></td></tr></xsl:template>
<xsl:template match="*[. = '']" mode="行" priority="1"/>
<xsl:template match="HBUN" mode="行" priority="2"><tr><td colspan="2"><pre><xsl:value-of select="."/></pre></td></tr></xsl:template>
<xsl:template match="APPENDIX"><p><a href="{DOCLINK/@URI}"><xsl:value-of select="APPTITLE"/></a></p></xsl:template>
</xsl:stylesheet>
