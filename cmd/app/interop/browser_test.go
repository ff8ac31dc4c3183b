package interop_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"cloudpocket/cmd/app/interop"
)

const sample = `<!DOCTYPE html><html lang="%s"><title>%[1]s</title><meta name="viewport" content="width=device-width"><body><h1 id="h">公文書</h1>
<p id="cookie">%s</p><form method="post"><label>名<input name="name"></label><button>送る</button></form>%s</html>`

func samplePage(body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.SetCookie(w, &http.Cookie{Name: "name", Value: r.FormValue("name")})
			http.Redirect(w, r, "/done", http.StatusSeeOther)
			return
		}
		seen := "none"
		if c, err := r.Cookie("name"); err == nil {
			seen = c.Value
		}
		fmt.Fprintf(w, sample, r.Header.Get("Accept-Language")[:2], seen, body)
	})
}

func TestPagesHaveTheirOwnCookiesAndLanguage(t *testing.T) {
	url := interop.Serve(t, "pocket.localhost", samplePage(""))
	browser := interop.Browser(t)
	p := browser.Page(t, interop.Desktop(), "ja")
	p.Open(url)
	if got := p.Text("#h"); got != "公文書" {
		t.Errorf("heading %q", got)
	}
	p.Fill("input[name=name]", "taro")
	p.Submit("form")
	p.WaitURL(url + "/done")
	for _, tt := range []struct {
		name, cookie, language, width string
		page                          *interop.Page
	}{
		{"another tab shares cookies", "taro", "ja", "1280", p.Tab()},
		{"another page has its own", "none", "en", "390", browser.Page(t, interop.Phone(), "en")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.page.Open(url)
			if got := tt.page.Text("#cookie"); got != tt.cookie {
				t.Errorf("cookie %s, want %s", got, tt.cookie)
			}
			if got := tt.page.Eval("document.title"); got != tt.language {
				t.Errorf("language %s, want %s", got, tt.language)
			}
			if got := tt.page.Eval("innerWidth"); got != tt.width {
				t.Errorf("width %s, want %s", got, tt.width)
			}
			tt.page.Shot("interop " + tt.language)
		})
	}
}

func TestConsoleErrorsAreCaught(t *testing.T) {
	url := interop.Serve(t, "pocket.localhost", samplePage(`<script>console.log("fine"); console.error("one"); null.two</script>`))
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja")
	p.Open(url)
	errors := p.Errors()
	if len(errors) != 2 || !strings.Contains(errors[0], "one") || !strings.Contains(errors[1], "two") {
		t.Errorf("errors %q, want one and two", errors)
	}
	if again := p.Errors(); len(again) != 0 {
		t.Errorf("told twice: %q", again)
	}
}

func TestAxeFindsWhatIsBroken(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"nothing", "", ""},
		{"a picture without a text", `<img src="data:,x">`, "image-alt"},
		{"a faint text", `<p style="color:#bbb;background:#fff">薄い</p>`, "color-contrast"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := interop.Browser(t).Page(t, interop.Phone(), "ja")
			p.Open(interop.Serve(t, "pocket.localhost", samplePage(tt.body)))
			var ids []string
			for _, v := range p.Axe() {
				ids = append(ids, v.ID)
			}
			if got := strings.Join(ids, " "); got != tt.want {
				t.Errorf("violations %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFrameOfAnotherSiteIsReached(t *testing.T) {
	inner := interop.Serve(t, "pocket.localhost", samplePage(""))
	outer := interop.Serve(t, "parent.localhost", samplePage(`<iframe src="`+inner+`/frame"></iframe>`))
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja")
	p.Open(outer)
	f := p.Frame(inner)
	if got := f.Text("#h"); got != "公文書" || f.URL() != inner+"/frame" {
		t.Errorf("the frame shows %q at %s", got, f.URL())
	}
	if got := f.Eval("(() => { try { return parent.document.title } catch (e) { return e.name } })()"); got != "SecurityError" {
		t.Errorf("the frame is not of another site: %s", got)
	}
}
