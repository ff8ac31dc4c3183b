package egov_test

import (
	"fmt"
	"strings"
	"testing"

	"cloudpocket/portal/egov"
)

// Documents that name more than any office does are read as far as the limits; what would grow with the square of their
// size does not.
func TestBoundsOfDocuments(t *testing.T) {
	t.Run("links", func(t *testing.T) {
		files := map[string]string{"c.xml": "<DOC><BODY>" + strings.Repeat(`<DOCLINK REF="nothing.xml"/>`, 20_000) + "</BODY></DOC>"}
		for i := range 500 {
			files[fmt.Sprintf("%d.txt", i)] = "x"
		}
		if got := len(openFiles(t, files).Cover().Links); got != 1000 {
			t.Errorf("%d links", got)
		}
	})
	t.Run("offices", func(t *testing.T) {
		var b strings.Builder
		for i := range 5000 {
			fmt.Fprintf(&b, "<a><被保険者氏名>x</被保険者氏名><事業所番号>%05d</事業所番号></a>", i)
		}
		n, _ := readNotice(t, "a.xml", "<N7100001>"+b.String()+"</N7100001>")
		if len(n.Codes) != 100 || len(n.Persons) != 5000 {
			t.Errorf("%d offices, %d persons", len(n.Codes), len(n.Persons))
		}
	})
	t.Run("columns", func(t *testing.T) {
		var b strings.Builder
		for i := range 2000 {
			fmt.Fprintf(&b, "<a><被保険者氏名>x</被保険者氏名><f%d>1</f%d></a>", i, i)
		}
		n, _ := readNotice(t, "a.xml", "<N7100001>"+b.String()+"</N7100001>")
		if table := n.Table(); len(table.Columns) != 200 || len(table.Rows) != 2000 {
			t.Errorf("%d columns, %d rows", len(table.Columns), len(table.Rows))
		}
	})
	t.Run("namespaces", func(t *testing.T) {
		var b strings.Builder
		for i := range 100 {
			fmt.Fprintf(&b, ` xmlns:n%d="u"`, i)
		}
		v := egov.Verify([]byte("<DOC"+b.String()+"><BODY/></DOC>"), nil, nil, receipt())
		if v.Status != egov.Suspect || v.Doubt != egov.DoubtShape {
			t.Errorf("%s (%s)", v.Status, v.Doubt)
		}
	})
	t.Run("words of a cover", func(t *testing.T) {
		c := readCoverXML(t, "<MAINTXT><P>"+strings.Repeat("あ", 100_000)+"労働保険番号：13101123456000</P></MAINTXT>")
		if c.Codes != nil || len(c.Paragraphs) != 1 {
			t.Errorf("%v", c.Codes)
		}
	})
}
