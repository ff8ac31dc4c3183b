package page

import (
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cloudpocket/store"
)

// What merely cannot be told must not read like a forgery, nor what nobody signed like what somebody did.
func TestSignatureStates(t *testing.T) {
	extra := []string{"7140001.xml"}
	tests := []struct {
		name string
		s    store.Signature
		want state
		tone string
	}{
		{"trusted", store.Signature{Verdict: store.VerdictTrusted, Styled: []string{"a.xml"}}, signTrusted, "done"},
		{"trusted, with something that nobody signed", store.Signature{Verdict: store.VerdictTrusted, Uncovered: extra}, signPartial, "wait"},
		{"authority not registered", store.Signature{Verdict: store.VerdictUnknown, Reason: "authority"}, signUnknown, "seen"},
		{"authority not registered, with something that nobody signed", store.Signature{Verdict: store.VerdictUnknown, Reason: "authority", Uncovered: extra}, signPartial, "wait"},
		{"out of date", store.Signature{Verdict: store.VerdictUnknown, Reason: "expired"}, signExpired, "seen"},
		{"a broken chain", store.Signature{Verdict: store.VerdictUnknown, Reason: "chain"}, signChain, "seen"},
		{"changed", store.Signature{Verdict: store.VerdictTampered, Reason: "digest", Uncovered: extra}, signTampered, "bad"},
		{"an attachment left out", store.Signature{Verdict: store.VerdictUnproven, Reason: "missing"}, signUnproven, "wait"},
		{"unsigned", store.Signature{Verdict: store.VerdictUnsigned}, signUnsigned, "quiet"},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := stateOf(tt.s); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if b := signatureBadge(tt.s); b.Tone != tt.tone || (b.Icon == "check") != (tt.want == signTrusted) {
				t.Errorf("%+v", b)
			}
			for _, lang := range Languages() {
				words := strings.Join(saidIn(t, lang, tt.s), " ")
				if forged := strings.Contains(words, "変えられた疑い") || strings.Contains(words, "may have been changed"); forged != (tt.want == signTampered) {
					t.Errorf("%s: %s", lang, words)
				}
				seen[words] = true
			}
		})
	}
	if len(seen) != 2*len(tests) {
		t.Errorf("%d different texts for %d signatures in two languages", len(seen), len(tests))
	}
}

// saidIn are the sentences that a client and the firm are told.
func saidIn(t *testing.T, lang string, s store.Signature) (said []string) {
	t.Helper()
	client, firm := Signature{Signature: s}, Signature{Signature: s, Desk: true}
	for _, key := range append(client.Says(), client.Next(), firm.Next()) {
		words, err := newPages(t).Words(lang).Say(key, nil)
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, words)
	}
	return said
}

func TestSignatureNamesParts(t *testing.T) {
	s := Signature{
		Signature: store.Signature{
			References: []store.Reference{{Good: true}, {Path: "a/7130001.xml", Good: true}, {Path: "a/7130001.xsl"}, {URI: "gone.pdf"}},
			Uncovered:  []string{"a/x.csv", "a/7140001.xml"},
		},
		Parts: []store.Part{{Path: "a/7130001.xml", Title: "標準報酬決定通知書"}, {Path: "a/7140001.xml", Title: "標準報酬改定通知書"}},
	}
	want := []SignedPart{{"", "good"}, {"標準報酬決定通知書", "good"}, {"7130001.xsl", "changed"}, {"gone.pdf", "missing"}}
	if got := s.Signed(); !slices.Equal(got, want) {
		t.Errorf("signed %q, want %q", got, want)
	}
	if got := s.Outside(); !slices.Equal(got, []string{"x.csv", "標準報酬改定通知書"}) {
		t.Errorf("outside %q", got)
	}
}

// The unsigned stylesheet is said beside the badge, with the way to what it dresses; a part that nobody signed is marked
// where it is chosen and where it is read.
func TestSignatureOnThePage(t *testing.T) {
	styled := store.Signature{Verdict: store.VerdictTrusted, References: asSigned(), Styled: []string{"7130001.xml"}}
	partly := store.Signature{Verdict: store.VerdictTrusted, References: asSigned()[:1], Uncovered: []string{"7130001.xml"}}
	changed := store.Signature{Verdict: store.VerdictTampered, Reason: "digest", References: []store.Reference{{Good: true}, {Path: "7130001.xml"}}}
	tests := []struct {
		name      string
		s         store.Signature
		has, lack []string
	}{
		{"styled", styled, []string{"署名の対象外です。内容だけを表示", `href="/deliveries/d1?part=2&amp;plain=1#look"`, ">検証済<"}, []string{"一部のみ", "だれが作ったものか"}},
		{"partly", partly, []string{"一部のみ検証済", "署名の対象外</span>", "この書類は電子署名の対象外です", "<li>健康保険・厚生年金保険被保険者標準報酬決定通知書</li>"}, []string{">検証済<"}},
		{"changed", changed, []string{"改ざんの疑い", "署名と一致しません</span>", "内容を信用しないでください"}, []string{"検証済"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := signed(tt.s)
			e := exhibit{"signed", "/deliveries/d1", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Paper(w, r, client(), v) }}
			html := e.render(t, newPages(t), "ja").Body.String()
			for _, want := range tt.has {
				if !strings.Contains(html, want) {
					t.Errorf("no %q", want)
				}
			}
			for _, not := range tt.lack {
				if strings.Contains(html, not) {
					t.Errorf("%q", not)
				}
			}
		})
	}
}

// No words are kept that nobody is told.
func TestSignatureWordsAreUsed(t *testing.T) {
	used := regexp.MustCompile(`t "(sign\.[^"]+)"`)
	made := regexp.MustCompile(`^sign\.((says|next|desk)\.)?(trusted|partial|unknown|expired|chain|tampered|unproven|unsigned)$|^sign\.part\.(good|changed|missing|outside)$`)
	var said []string
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := templateFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(b), -1) {
			said = append(said, m[1])
		}
	}
	for key := range keysOf(t, "ja") {
		if strings.HasPrefix(key, "sign.") && !made.MatchString(key) && !slices.Contains(said, key) {
			t.Errorf("%q is said nowhere", key)
		}
	}
}
