package clean_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"cloudpocket/portal/egov/clean"
	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt"
)

// body returns what is left between the tags of the body.
func body(t *testing.T, source string, o clean.Options) string {
	t.Helper()
	p, err := clean.HTML(t.Context(), []byte(source), o)
	if err != nil {
		t.Fatalf("%q: %v", source, err)
	}
	out := string(p.HTML)
	return out[strings.Index(out, "</head>")+len("</head>") : strings.Index(out, "</html>")]
}

func TestWhatFormsNeedStays(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a table of old", `<TABLE BORDER=1 cellpadding="2" ALIGN="center" width=640 bgcolor='#FFFBF0'><tr><td nowrap colspan=2>x</td></tr></TABLE>`,
			`<table border="1" cellpadding="2" align="center" width="640" bgcolor="#FFFBF0"><tbody><tr><td nowrap="" colspan="2">x</td></tr></tbody></table>`},
		{"a table in a paragraph", `<p><table><tr><td>x</table></p>`, `<p><table><tbody><tr><td>x</td></tr></tbody></table></p>`},
		{"a paragraph ends at a table in standards mode", `<!DOCTYPE html><p>a<table><tr><td>x</table>`, `<p>a</p><table><tbody><tr><td>x</td></tr></tbody></table>`},
		{"font over blocks", `<font size="6" color=red><p>a<p>b</font>`, `<font color="red" size="6"><p>a</p><p>b</p></font>`},
		{"a body inside a table", `<HTML><HEAD></HEAD><TABLE><TR><TD><BODY bgcolor=white><P ALIGN="RIGHT">x</P></BODY></TD></TR></TABLE></HTML>`,
			`<table><tbody><tr><td><p align="RIGHT">x</p></td></tr></tbody></table>`},
		{"white space in pre", "<PRE>\n\n a\n  b</PRE>", "<pre>\n\n a\n  b</pre>"},
		{"a style attribute", `<div style="position:absolute; LEFT : 10px;background:#fff url(x)">x</div>`, `<div style="position:absolute;left:10px">x</div>`},
		{"a form's texts", `<form><label>氏名</label><input value="x"><textarea>住所</textarea></form>`, `<label>氏名</label>住所`},
		{"an unknown element", `<o:p>x</o:p>`, `x`},
		{"a picture of pixels", `<img alt="印" src="data:image/png;base64, iVBO Rw==">`, `<img alt="印" src="data:image/png;base64,iVBORw=="/>`},
		{"ruby", `<ruby>外<rt>がい</ruby>`, `<ruby>外<rt>がい</rt></ruby>`},
		{"half-width kana and no-break space", `ﾔﾏﾀﾞ&nbsp;ﾊﾅｺ`, "ﾔﾏﾀﾞ\u00a0ﾊﾅｺ"},
	} {
		got := body(t, c.in, clean.Options{})
		if _, inner, _ := strings.Cut(got, ">"); strings.TrimSuffix(inner, "</body>") != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestStyleSheets(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"in a comment of old", "<!--\n.a { color: red }\n-->", ".a{color:red}"},
		{"media", "@media print { .a, td > b { page-break-after: always !important } } @media (foo) {a{color:red}}", "@media print{.a, td > b{page-break-after:always !important}}"},
		{"page", "@page { size: A4 landscape; margin: 10mm 5mm }", "@page{size:A4 landscape;margin:10mm 5mm}"},
		{"fonts", `body{font-family:"ＭＳ 明朝",'MS Mincho',serif;font:12px/1.5 x}`, "body{font-family:'ＭＳ 明朝','MS Mincho',serif;font:12px/1.5 x}"},
		{"one bad declaration", "a{color:red;background:url(x);height:20px}", "a{color:red;height:20px}"},
		{"one bad rule", "a:hover<b{color:red}p{color:blue}", "p{color:blue}"},
		{"old tricks", "a{*zoom:1;_height:1px;width:1px}", "a{width:1px}"},
		{"comments", "a/**/b{c/**/olor:red;color/**/:r/**/ed}", "a/**/b{color:r/**/ed}"},
		{"unclosed", "a{color:rgb(1,2,3", ""},
		{"unclosed block", "a{color:red", "a{color:red}"},
		{"attribute selector", `td[class="a<b"]{color:red}`, `td[class='a\3c b']{color:red}`},
		{"vertical text", "td{writing-mode:tb-rl;-webkit-writing-mode:vertical-rl}", "td{writing-mode:tb-rl;-webkit-writing-mode:vertical-rl}"},
		{"a megabyte", strings.Repeat("a{color:red}", 100_000), ""},
		{"positions", "a{position:fixed}b{position:absolute}c{position:Sticky}", "b{position:absolute}"},
	} {
		p, err := clean.HTML(t.Context(), []byte("<style>"+c.in+"</style>"), clean.Options{})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got := ""
		if parts := strings.Split(string(p.HTML), "<style>"); len(parts) == 3 {
			got, _, _ = strings.Cut(parts[2], "</style>")
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestLinks(t *testing.T) {
	o := clean.Options{Link: func(href string) (string, bool) {
		switch href {
		case "7130001.xml":
			return "?part=2", true
		case "?part=2":
			return "asked again", true
		case "bad":
			return "javascript:ran()", true
		}
		return "", false
	}}
	got := body(t, `<a href="7130001.xml">1</a><a href="other.xml">2</a><a href="bad">3</a>`, o)
	if want := `<body><a href="?part=2">1</a><a>2</a><a>3</a></body>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTitle(t *testing.T) {
	p, err := clean.HTML(t.Context(), []byte("<title> 標準報酬\n<決定>通知書 &amp; </title>"), clean.Options{})
	if err != nil || p.Title != "標準報酬 <決定>通知書 &" {
		t.Errorf("title %q, %v", p.Title, err)
	}
}

func TestMode(t *testing.T) {
	for in, want := range map[string]string{
		"<p>":             "<html>",
		"<!DOCTYPE html>": "<!DOCTYPE html><html>",
		`<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "x">`:              "<!DOCTYPE html><html>",
		`<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">`:     "<html>",
		`<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "x">`: "<!DOCTYPE html PUBLIC",
		`<!DOCTYPE html SYSTEM "/evil">`:                                      "<html>",
	} {
		p, err := clean.HTML(t.Context(), []byte(in), clean.Options{})
		if err != nil || !strings.HasPrefix(string(p.HTML), want) {
			t.Errorf("%s became %.60s, %v", in, p.HTML, err)
		}
	}
}

// TestRefusals holds what costs a browser's tree builder more than it is worth.
func TestRefusals(t *testing.T) {
	fonts := ""
	for i := range 300 {
		fonts += fmt.Sprintf("<font size=%d>", i)
	}
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"too long", strings.Repeat("x", 2<<20), clean.ErrTooLarge},
		{"too long once written", strings.Repeat("'", 300_000), clean.ErrTooLarge},
		{"too deep", strings.Repeat("<div>", 500), clean.ErrTooDeep},
		{"formatting left open", "<div>" + fonts + "</div>" + strings.Repeat(fonts+"<p>x", 200), clean.ErrTooDeep},
		{"long formatting copied", "<p><font class=" + strings.Repeat("x", 100_000) + ">" + strings.Repeat("<div>x</div>", 5000), clean.ErrTooLarge},
		{"formatting copied", "<p>" + fonts + strings.Repeat("<div>x</div>", 5000), clean.ErrTooLarge},
	} {
		if _, err := clean.HTML(t.Context(), []byte(c.in), clean.Options{MaxBytes: 1 << 20}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestFontAroundEverything holds that what old stylesheets do in good faith is not refused.
func TestFontAroundEverything(t *testing.T) {
	in := `<font face="ＭＳ 明朝" size="2"><b>` + "<table>" + strings.Repeat("<tr>"+strings.Repeat("<td>値</td>", 10)+"</tr>", 5000) + "</table></b></font>"
	if _, err := clean.HTML(t.Context(), []byte(in), clean.Options{}); err != nil {
		t.Error(err)
	}
}

// TestOfficialCover cleans what an official-like stylesheet makes, and has its links resolved.
func TestOfficialCover(t *testing.T) {
	sheet, err := os.ReadFile("../xslt/testdata/official/kagami.xsl")
	if err != nil {
		t.Fatal(err)
	}
	style, err := xslt.Compile(sheet, xslt.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := tree.Parse([]byte(`<DOC><BODY><TITLE>決定通知書</TITLE><DATE>令和8年</DATE><APPENDIX><DOCLINK REF="7130001.xml"/><APPTITLE>通知書</APPTITLE></APPENDIX></BODY></DOC>`), tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := style.Transform(context.Background(), doc, xslt.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := clean.HTML(t.Context(), out.Bytes, clean.Options{Link: func(href string) (string, bool) { return "part?n=" + href, href == "7130001.xml" }})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<a href="part?n=7130001.xml">通知書</a>`, `bgcolor="#FFFFFF"`, `.page{width:640px;height:940px;page-break-after:always}`, `body{font-family:'ＭＳ 明朝';font-size:11pt}`, `令和８年`, `<title>決定通知書</title>`} {
		if !strings.Contains(strings.ReplaceAll(string(p.HTML), "BODY{", "body{"), want) {
			t.Errorf("%s is not in %s", want, p.HTML)
		}
	}
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		p, err := clean.HTML(t.Context(), []byte(v), clean.Options{})
		if err != nil {
			t.Errorf("%q: %v", v, err)
			continue
		}
		check(t, p.HTML)
	}
}

// lists of what may be in a page, written apart from the package's own.
var (
	tags = regexp.MustCompile(`^(html|head|meta|title|style|body|a|abbr|acronym|address|article|aside|b|bdi|bdo|big|blockquote|br|caption|center|cite|code|col|colgroup|dd|del|dir|div|dl|dt|em|fieldset|figcaption|figure|font|footer|h[1-6]|header|hr|i|img|ins|kbd|label|legend|li|main|mark|menu|nav|nobr|ol|p|pre|q|rp|rt|ruby|s|samp|section|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|wbr)$`)
	bad  = regexp.MustCompile(`(?i)^(on.*|src|srcset|srcdoc|action|formaction|background|poster|data|ping|cite|longdesc|usemap|http-equiv|content|manifest|profile|code|archive|autofocus|tabindex|xlink:href|name)$`)
	evil = regexp.MustCompile(`(?i)url|@import|expression|behavio|binding|image-set|fixed|sticky|javascript|<`)
)

// check reports what must not be in a page.
func check(t *testing.T, page []byte) {
	t.Helper()
	tree, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatalf("%q: %v", page, err)
	}
	for n := range tree.Descendants() {
		inStyle := n.Parent.Type == html.ElementNode && n.Parent.Data == "style"
		switch {
		case n.Type == html.CommentNode, n.Namespace != "", n.Type == html.ElementNode && !tags.MatchString(n.Data):
			t.Errorf("%q has %v %s", page, n.Type, n.Data)
		case inStyle && evil.MatchString(n.Data) && strings.Contains(n.Data, "("):
			t.Errorf("%q has the style %q", page, n.Data)
		}
		for _, a := range n.Attr {
			picture := n.Data == "img" && a.Key == "src" && strings.HasPrefix(a.Val, "data:image/png;base64,")
			named := n.Data == "a" && a.Key == "name"
			if bad.MatchString(a.Key) && !picture && !named || a.Key == "href" || a.Key == "style" && evil.MatchString(a.Val) {
				t.Errorf("%q has %s=%q", page, a.Key, a.Val)
			}
		}
	}
	var again bytes.Buffer
	if err := html.Render(&again, tree); err != nil || !bytes.Equal(again.Bytes(), page) {
		t.Errorf("read and written again\n%q becomes\n%q (%v)", page, again.Bytes(), err)
	}
}

func FuzzHTML(f *testing.F) {
	for _, v := range vectors {
		f.Add([]byte(v))
	}
	f.Add([]byte("<!DOCTYPE html><table><caption><a>x<tr><td><b><p>y<a>z</table>"))
	f.Fuzz(func(t *testing.T, source []byte) {
		p, err := clean.HTML(t.Context(), source, clean.Options{MaxBytes: 1 << 20})
		if err != nil {
			return
		}
		checkPage(t, p)
	})
}

func checkPage(t *testing.T, p clean.Page) {
	check(t, p.HTML)
	again, err := clean.HTML(t.Context(), p.HTML, clean.Options{})
	if err != nil || !bytes.Equal(again.HTML, p.HTML) {
		t.Errorf("cleaned again\n%q becomes\n%q (%v)", p.HTML, again.HTML, err)
	}
}

// TestEnds cleans what takes long under a context that ends: it ends soon after.
func TestEnds(t *testing.T) {
	for name, in := range map[string]string{
		"filter":       strings.Repeat("<span>", 390) + strings.Repeat("<p><table><td><b>x</b></td></table>", 200_000),
		"tree builder": strings.Repeat("<span>", 390) + strings.Repeat("<hr>", 2_000_000),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			start := time.Now()
			if _, err := clean.HTML(ctx, []byte(in), clean.Options{}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v, want that the time is over", err)
			}
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}
