package egov

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cloudpocket/portal/egov/tree"
)

func TestCanonical(t *testing.T) {
	tests := []struct{ name, in, want, withoutComments string }{
		{"empty elements and quotes", `<a  b='x"y' a="1"/>`, `<a a="1" b="x&quot;y"></a>`, ""},
		{"white space in values", "<a b=\"x\ny\" c=\"&#xA;&#9;&#xD;\"/>", `<a b="x y" c="&#xA;&#x9;&#xD;"></a>`, ""},
		{"text", "<a>&#xD;\r\n&lt;<![CDATA[<&>]]>\"'</a>", "<a>&#xD;\n&lt;&lt;&amp;&gt;\"'</a>", ""},
		{"around the root", "<?xml version='1.0'?>\n<!--a--> <?p q?>\n<a/><!--b-->\n<?r?>", "<!--a-->\n<?p q?>\n<a></a>\n<!--b-->\n<?r?>", "<?p q?>\n<a></a>\n<?r?>"},
		{"namespaces once", `<x:a xmlns:x="u" xmlns="d"><x:b xmlns:x="u" xmlns="d"/><x:c xmlns:x="v"/></x:a>`,
			`<x:a xmlns="d" xmlns:x="u"><x:b></x:b><x:c xmlns:x="v"></x:c></x:a>`, ""},
		{"default taken back", `<a xmlns="d"><b xmlns=""><c xmlns=""/></b></a>`, `<a xmlns="d"><b xmlns=""><c></c></b></a>`, ""},
		{"attributes by namespace", `<a xmlns:z="a" xmlns:b="z" b:x="1" z:x="2" y="3"/>`, `<a xmlns:b="z" xmlns:z="a" y="3" z:x="2" b:x="1"></a>`, ""},
		{"unused namespaces stay", `<a xmlns:u="u"/>`, `<a xmlns:u="u"></a>`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := parseTree(t, tt.in)
			if got := string(canonical(nil, doc, tree.Root, tree.None, true)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if tt.withoutComments == "" {
				tt.withoutComments = tt.want
			}
			if got := string(canonical(nil, doc, tree.Root, tree.None, false)); got != tt.withoutComments {
				t.Errorf("without comments: got %s\nwant %s", got, tt.withoutComments)
			}
		})
	}
}

// The apex has what its ancestors give it: all their namespaces and their attributes of the xml prefix.
func TestCanonicalApex(t *testing.T) {
	doc := parseTree(t, `<a xmlns="d" xmlns:x="u" xml:lang="ja" xml:space="preserve" id="1"><b xmlns:x="v" xml:lang="en"><x:c>t<!--c--><d/></x:c></b></a>`)
	c := doc.FirstChild(doc.FirstChild(doc.DocumentElement()))
	want := `<x:c xmlns="d" xmlns:x="v" xml:lang="en" xml:space="preserve">t<!--c--><d></d></x:c>`
	if got := string(canonical(nil, doc, c, tree.None, true)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	d := doc.Child(c, "d", "d")
	if got := string(canonical(nil, doc, c, d, false)); got != strings.NewReplacer("<!--c-->", "", "<d></d>", "").Replace(want) {
		t.Errorf("without d: %s", got)
	}
}

func parseTree(t testing.TB, s string) *tree.Document {
	t.Helper()
	doc, err := tree.Parse([]byte(s), tree.Limits{})
	if err != nil {
		t.Fatalf("%v in %s", err, s)
	}
	return doc
}

// TestCanonicalAsXmllint holds our canonical form to libxml2's, over documents made up at random: that of the whole
// document, and that of each element by itself, which libxml2 must not find anything to change in.
func TestCanonicalAsXmllint(t *testing.T) {
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Fatal("xmllint is not there; .ci/test installs it")
	}
	r := rand.New(rand.NewPCG(1, 2))
	var sources, ours []string
	for range 300 {
		s := madeUp(r)
		doc := parseTree(t, s)
		sources, ours = append(sources, s), append(ours, string(canonical(nil, doc, tree.Root, tree.None, true)))
		apex := doc.DocumentElement()
		for n := apex; n < doc.End(apex); n = doc.Follow(n) {
			if doc.Kind(n) == tree.Element && n != apex {
				part := string(canonical(nil, doc, n, tree.None, false))
				sources, ours = append(sources, part), append(ours, part)
				break
			}
		}
	}
	const batch = 100
	for i := 0; i < len(sources); i += batch {
		end := min(i+batch, len(sources))
		if strings.Join(ours[i:end], "") == xmllint(t, sources[i:end]...) {
			continue
		}
		for j := i; j < end; j++ {
			if theirs := xmllint(t, sources[j]); theirs != ours[j] {
				t.Fatalf("%s\nours   %s\ntheirs %s", sources[j], ours[j], theirs)
			}
		}
	}
}

// xmllint returns libxml2's canonical forms, one after another.
func xmllint(t *testing.T, docs ...string) string {
	t.Helper()
	dir := t.TempDir()
	args := []string{"--c14n", "--nonet"}
	for i, d := range docs {
		name := filepath.Join(dir, fmt.Sprintf("%03d.xml", i))
		if err := os.WriteFile(name, []byte(d), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	out, err := exec.Command("xmllint", args...).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("xmllint: %v: %s", err, exit.Stderr)
		}
		t.Fatalf("xmllint: %v", err)
	}
	return string(out)
}

// madeUp is a document with everything that canonicalisation treats in a way of its own.
func madeUp(r *rand.Rand) string {
	var b strings.Builder
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	b.WriteString(pick("", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "<!--頭--><?p  データ ?>"))
	madeUpElement(r, &b, pick, 0, []string{""})
	b.WriteString(pick("", "\n<!--尾-->\n", "<?q?>"))
	return b.String()
}

func madeUpElement(r *rand.Rand, b *strings.Builder, pick func(...string) string, depth int, prefixes []string) {
	declarations := ""
	if r.IntN(3) == 0 {
		declarations += pick(` xmlns="urn:d"`, ` xmlns=""`, ` xmlns="urn:e"`)
	}
	for _, p := range []string{"x", "y"} {
		if r.IntN(3) == 0 {
			declarations += " xmlns:" + p + `="urn:` + pick("1", "2", "3") + `"`
			prefixes = append(prefixes[:len(prefixes):len(prefixes)], p)
		}
	}
	name := pick(prefixes...)
	if name != "" {
		name += ":"
	}
	name += pick("a", "b", "事業所")
	b.WriteString("<" + name + declarations)
	for _, a := range []string{"k", "Id", "番号"} {
		if r.IntN(3) == 0 {
			b.WriteString(" " + a + "=" + pick(`"1"`, `'"'`, `"&lt;&amp;&gt;'"`, "\"a\tb\nc\"", `"&#9;&#10;&#13;"`, `"　"`))
		}
	}
	if r.IntN(4) == 0 {
		b.WriteString(` xml:lang="ja"`)
	}
	if p := prefixes[len(prefixes)-1]; p != "" && r.IntN(3) == 0 {
		b.WriteString(" " + p + `:k="2"`)
	}
	if r.IntN(5) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	for range r.IntN(5) {
		if r.IntN(2) == 0 && depth < 5 {
			madeUpElement(r, b, pick, depth+1, prefixes)
			continue
		}
		b.WriteString(pick("文字", "&amp;&#13;\r\n\"'&gt;", "<![CDATA[<&]]]]>", "<!-- 注 -->", "<?pi  a b?>", "  \n\t"))
	}
	b.WriteString("</" + name + ">")
}
