package mail_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"cloudpocket/portal/mail"
	"cloudpocket/store"
)

const firm, link = "みなと社会保険労務士法人", "https://pocket.example.jp/t/minato/"

func words(t *testing.T) *mail.Words {
	t.Helper()
	w, err := mail.OpenWords()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestLanguagesAreComplete(t *testing.T) {
	want := []string{"count.unacknowledged", "count.unopened", "count.untold", "foot"}
	for _, k := range mail.Kinds() {
		want = append(want, string(k)+".subject", string(k)+".text")
	}
	slices.Sort(want)
	places := regexp.MustCompile(`{{[^}]*}}`)
	for _, lang := range mail.Languages() {
		b, err := os.ReadFile(lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatal(err)
		}
		if got := slices.Sorted(maps.Keys(texts)); !slices.Equal(got, want) {
			t.Errorf("%s has the keys %q; want %q", lang, got, want)
		}
		for key, text := range texts {
			place := "{{.Firm}}"
			if strings.HasPrefix(key, "count.") {
				place = "{{.Count}}"
			}
			if got := places.FindAllString(text, -1); !slices.Equal(got, []string{place}) {
				t.Errorf("%s of %s has the places %q; want %q once", key, lang, got, place)
			}
			if key != "foot" && strings.HasSuffix(key, ".subject") == strings.HasSuffix(strings.TrimSpace(text), ".") && lang == "en" && !strings.HasPrefix(key, "count.") {
				t.Errorf("%s ends %q", key, text)
			}
		}
	}
}

// note returns a note of the kind that has something to say.
func note(k mail.Kind, lang string) mail.Note {
	return mail.Note{Kind: k, Lang: lang, Firm: firm, Link: link, Unopened: 31, Unacknowledged: 32, Untold: 33}
}

func TestWhatEachMailSays(t *testing.T) {
	w := words(t)
	for _, lang := range mail.Languages() {
		subjects := map[string]bool{}
		for _, k := range mail.Kinds() {
			m, err := w.Write(note(k, lang))
			if err != nil {
				t.Fatal(err)
			}
			subjects[m.Subject] = true
			for _, s := range []string{firm, link, "31", "32", "33"} {
				if !strings.Contains(m.Text, s) || !strings.Contains(visible(t, m.HTML), s) {
					t.Errorf("%s in %s does not say %q:\n%s\n%s", k, lang, s, m.Text, m.HTML)
				}
			}
			if !strings.Contains(m.HTML, `<a href="`+link+`">`) || !strings.Contains(m.HTML, `lang="`+lang+`"`) {
				t.Errorf("%s in %s: %s", k, lang, m.HTML)
			}
			if fold(visible(t, m.HTML)) != fold(m.Subject+m.Text) {
				t.Errorf("%s in %s: HTML and text differ:\n%s\n%s", k, lang, visible(t, m.HTML), m.Text)
			}
			m.ID, m.To = "m", "a@client.example.jp"
			s := start(t, serve{tls: mail.None})
			if err := to(t, s, nil).Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if p := parse(t, s.got()[0].data); p.word(t, "Subject") != m.Subject || p.parts["text/plain"] != crlf(m.Text) {
				t.Errorf("%s in %s arrived as %q", k, lang, p.parts)
			}
		}
		if len(subjects) != len(mail.Kinds()) {
			t.Errorf("%s has %d subjects for %d kinds", lang, len(subjects), len(mail.Kinds()))
		}
	}
}

func fold(s string) string { return strings.Join(strings.Fields(s), "") }

// visible returns the text of a page.
func visible(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

func TestCountsOfNothingAreNotMentioned(t *testing.T) {
	w := words(t)
	for _, lang := range mail.Languages() {
		m, err := w.Write(mail.Note{Kind: mail.Onward, Lang: lang, Firm: firm, Link: link, Untold: 7})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(regexp.MustCompile(`[0-9]+`).FindAllString(m.Text, -1)); n != 1 {
			t.Errorf("%d numbers in %s", n, m.Text)
		}
		_, err = w.Write(mail.Note{Kind: mail.Digest, Lang: lang, Firm: firm, Link: link})
		if !errors.Is(err, store.ErrInvalid) {
			t.Errorf("a digest of nothing: got %v", err)
		}
	}
}

// adversarial are titles, names and numbers as they may stand in a document, and worse.
var adversarial = []string{
	"健康保険・厚生年金保険被保険者資格喪失確認通知書", "山田 太郎", "ﾔﾏﾀﾞ ﾀﾛｳ", "Taro Yamada", "123456789018", "1234-5678-9018", "基礎年金番号 1234-567890",
	"a\r\nBcc: thief@evil.example.jp\r\n\r\nhello", "{{.Link}}", "{{define \"x\"}}", "<script>alert(1)</script>", "\" onmouseover=\"x", "</title><b>",
	"\u202egnp.exe", "\x1b[2J", "\x00", "\xff\xfe", "=?utf-8?b?44GC?=", "https://evil.example.jp/", "https://pocket.example.jp/?title=解雇通知書",
	"https://pocket.example.jp/解雇通知書", "https://pocket.example.jp/#山田太郎", "https://山田太郎@pocket.example.jp/", "javascript:alert(1)", strings.Repeat("長い件名", 500),
}

// TestNothingElseCanBeSaid gives every field of a note each hostile text. Either no mail comes of it, or it is the firm's
// name and stands only where the firm's name stands: everything else is, to the letter, what it was.
func TestNothingElseCanBeSaid(t *testing.T) {
	w := words(t)
	for _, lang := range mail.Languages() {
		for _, k := range mail.Kinds() {
			plain, err := w.Write(note(k, lang))
			if err != nil {
				t.Fatal(err)
			}
			for i := range reflect.TypeFor[mail.Note]().NumField() {
				for _, hostile := range adversarial {
					n := note(k, lang)
					field, name := reflect.ValueOf(&n).Elem().Field(i), reflect.TypeFor[mail.Note]().Field(i).Name
					if field.Kind() == reflect.Int {
						continue // a number cannot be a text; the next test reads them
					}
					field.SetString(hostile)
					m, err := w.Write(n)
					switch {
					case name == "Firm":
						checkFirm(t, hostile, plain, m, err)
					case name == "Link" && hostile == "https://evil.example.jp/":
						// an address without a word in it; which one is the service's, its configuration says
					case !errors.Is(err, store.ErrInvalid):
						t.Errorf("%s takes %q: %v\n%s", name, hostile, err, m.Text)
					}
				}
			}
		}
	}
}

func checkFirm(t *testing.T, hostile string, plain, m mail.Message, err error) {
	t.Helper()
	if err != nil {
		if !errors.Is(err, store.ErrInvalid) || strings.TrimFunc(hostile, func(r rune) bool { return r < ' ' || r == '\uFFFD' }) != "" {
			t.Errorf("firm %q: %v", hostile, err)
		}
		return
	}
	before, after, _ := strings.Cut(plain.Subject, firm)
	said, opened := strings.CutPrefix(m.Subject, before)
	said, closed := strings.CutSuffix(said, after)
	if !opened || !closed || len([]rune(said)) > 80 || strings.ContainsAny(said, "\r\n\x00\x1b\u202e") {
		t.Fatalf("firm %q makes the subject %q", hostile, m.Subject)
	}
	if strings.ReplaceAll(plain.Text, firm, said) != m.Text {
		t.Errorf("firm %q makes the text %s", hostile, m.Text)
	}
	if fold(visible(t, m.HTML)) != fold(m.Subject+m.Text) || strings.Count(m.HTML, "<") != strings.Count(plain.HTML, "<") {
		t.Errorf("firm %q makes the page %s", hostile, m.HTML)
	}
}

// TestANoteHasNoFieldForMore fails when a field is added, so that whoever does thinks of what a mail must never say.
func TestANoteHasNoFieldForMore(t *testing.T) {
	want := map[string]reflect.Kind{
		"Kind": reflect.String, "Lang": reflect.String, "Firm": reflect.String, "Link": reflect.String,
		"Unopened": reflect.Int, "Unacknowledged": reflect.Int, "Untold": reflect.Int,
	}
	got := map[string]reflect.Kind{}
	for i := range reflect.TypeFor[mail.Note]().NumField() {
		f := reflect.TypeFor[mail.Note]().Field(i)
		got[f.Name] = f.Type.Kind()
	}
	if !maps.Equal(got, want) {
		t.Errorf("a note has %v", got)
	}
}

func TestTheOnlyNumbersAreCounts(t *testing.T) {
	w := words(t)
	for _, lang := range mail.Languages() {
		for _, k := range mail.Kinds() {
			m, err := w.Write(note(k, lang))
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range regexp.MustCompile(`[0-9０-９]+`).FindAllString(m.Text+m.Subject, -1) {
				if n, err := strconv.Atoi(s); err != nil || n < 31 || n > 33 {
					t.Errorf("%s in %s says %s", k, lang, s)
				}
			}
			n := note(k, lang)
			n.Untold = -1
			if _, err := w.Write(n); !errors.Is(err, store.ErrInvalid) {
				t.Errorf("a negative count: got %v", err)
			}
		}
	}
}

// TestInAllLanguages demands one mail that says everything in each language, Japanese first, and the firm once in the
// subject.
func TestInAllLanguages(t *testing.T) {
	for _, k := range mail.Kinds() {
		m, err := words(t).WriteAll(note(k, ""))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(m.Subject, firm) != 1 || !strings.Contains(m.Subject, " / ") {
			t.Errorf("%s has the subject %q", k, m.Subject)
		}
		last := -1
		for _, lang := range mail.Languages() {
			one, err := words(t).Write(note(k, lang))
			if err != nil {
				t.Fatal(err)
			}
			if at := strings.Index(m.Text, one.Text); at <= last {
				t.Errorf("%s has its text in %s at %d, after %d", k, lang, at, last)
			} else {
				last = at
			}
			if got := visible(t, m.HTML); !strings.Contains(fold(got), fold(one.Text[:strings.Index(one.Text, "\n")])) {
				t.Errorf("%s does not show %s in its HTML: %s", k, lang, got)
			}
		}
	}
	long := note(mail.Unopened, "")
	long.Firm = strings.Repeat("あ", 300)
	if m, err := words(t).WriteAll(long); err != nil || len([]rune(m.Subject)) > 200 {
		t.Errorf("a firm with a long name: %q, %v", m.Subject, err)
	}
}
