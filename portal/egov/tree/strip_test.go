package tree_test

import (
	"testing"

	"cloudpocket/portal/egov/tree"
)

func TestWithoutSpace(t *testing.T) {
	const in = "<a> <b> x </b> <c> <d/> </c>\n<e xml:space='preserve'> <f xml:space='default'> </f> </e><!-- --> <g/></a>"
	for _, row := range []struct {
		name   string
		strips func(tree.Name) bool
		want   string
	}{
		{"everywhere", func(tree.Name) bool { return true },
			" <a {}a>\n  <b {}b>\n   \" x \"\n  <c {}c>\n   <d {}d>\n  <e {}e>\n   @xml:space {http://www.w3.org/XML/1998/namespace} \"preserve\"\n" +
				"   \" \"\n   <f {}f>\n    @xml:space {http://www.w3.org/XML/1998/namespace} \"default\"\n   \" \"\n  !\" \"\n  <g {}g>\n"},
		{"in one", func(n tree.Name) bool { return n.Local == "c" },
			" <a {}a>\n  \" \"\n  <b {}b>\n   \" x \"\n  \" \"\n  <c {}c>\n   <d {}d>\n  \"\\n\"\n  <e {}e>\n" +
				"   @xml:space {http://www.w3.org/XML/1998/namespace} \"preserve\"\n   \" \"\n   <f {}f>\n" +
				"    @xml:space {http://www.w3.org/XML/1998/namespace} \"default\"\n    \" \"\n   \" \"\n  !\" \"\n  \" \"\n  <g {}g>\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, err := tree.Parse([]byte(in), tree.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			before := dump(d)
			stripped := d.WithoutSpace(row.strips)
			checkWalk(t, stripped)
			if got := dump(stripped); got != row.want {
				t.Errorf("got\n%swant\n%s", got, row.want)
			}
			if dump(d) != before {
				t.Error("the document itself has changed")
			}
		})
	}
}
