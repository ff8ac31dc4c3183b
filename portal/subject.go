package portal

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"cloudpocket/portal/egov"
)

// subject is what a package's title is made of.
type subject struct {
	name    string // what the documents call themselves
	persons int
	date    egov.Date
	author  string
	number  string
}

// DefaultTitle is the pattern of titles of firms that have none of their own: 標準報酬決定通知書 4名分 — 令和8年9月.
const DefaultTitle = "{title} {persons} — {month}"

// TitlePlaces are the words in braces that a pattern of titles may have: what the documents call themselves, how many
// people they are about (4名分), month (令和8年9月) and day (令和8年9月20日) of issue, who issued them, and their number.
func TitlePlaces() []string {
	return []string{"{title}", "{persons}", "{month}", "{day}", "{author}", "{number}"}
}

// withoutPlaces returns a pattern without its places, so that braces left in it are of none.
func withoutPlaces(pattern string) string {
	for _, place := range TitlePlaces() {
		pattern = strings.ReplaceAll(pattern, place, "")
	}
	return pattern
}

// title fills a pattern in. Where there is nothing to put into a place, the blanks and dashes around it go too.
func (s subject) title(pattern string) string {
	values := map[string]string{"{title}": s.name, "{month}": eraMonth(s.date), "{day}": eraDay(s.date), "{author}": s.author, "{number}": s.number}
	if s.persons > 0 {
		values["{persons}"] = strconv.Itoa(s.persons) + "名分"
	}
	title := cmp.Or(pattern, DefaultTitle)
	for _, place := range TitlePlaces() {
		title = strings.ReplaceAll(title, place, values[place])
	}
	title = strings.Trim(strings.Join(strings.Fields(title), " "), " —-–・/")
	if title = oneLine(title); title == "" {
		title = oneLine(s.name)
	}
	return shortTitle(cmp.Or(title, "公文書"))
}

// nameOfKinds calls a package by its notices where those are numbered, since its cover may be no more than a letter that
// goes with them; at most three are named.
func nameOfKinds(s egov.Summary) string {
	var names []string
	for _, k := range s.Kinds {
		if len(k.Code) == 7 && k.Japanese != "" && !slices.Contains(names, k.Japanese) {
			names = append(names, k.Japanese)
		}
	}
	if len(names) > 3 {
		return strings.Join(names[:3], "・") + "ほか"
	}
	return cmp.Or(strings.Join(names, "・"), s.Title)
}

// oneLine drops what a title may not have.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !plainText(string(r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// shortTitle cuts a title to what a document's may have.
func shortTitle(s string) string {
	if utf8.RuneCountInString(s) <= titleRunes {
		return s
	}
	return string([]rune(s)[:titleRunes-1]) + "…"
}

func eraMonth(d egov.Date) string {
	if !d.Known() {
		return ""
	}
	return eraYear(d.Time) + strconv.Itoa(int(d.Time.Month())) + "月"
}

func eraDay(d egov.Date) string {
	if !d.Known() || d.Month {
		return eraMonth(d)
	}
	return eraMonth(d) + strconv.Itoa(d.Time.Day()) + "日"
}

// eraYear is the year as Japan counts it; eras began on these days.
func eraYear(t time.Time) string {
	name, first := "", 0
	switch day := t.Format(time.DateOnly); {
	case day >= "2019-05-01":
		name, first = "令和", 2019
	case day >= "1989-01-08":
		name, first = "平成", 1989
	default:
		return strconv.Itoa(t.Year()) + "年"
	}
	if t.Year() == first {
		return name + "元年"
	}
	return name + strconv.Itoa(t.Year()-first+1) + "年"
}

// kindOf chooses which of the portal's kinds a package is: by the codes of its notices, then by the words of its title
// and its files' names.
func kindOf(one *egov.Package, s egov.Summary) string {
	for _, k := range s.Kinds {
		if kind := kindOfCode(k.Code); kind != "" {
			return kind
		}
	}
	words := s.Title + " " + s.Author
	for _, f := range one.Files {
		if f.Role != egov.RoleStylesheet {
			words += " " + f.Name
		}
	}
	return kindOfWords(words)
}

// kindOfCode is empty where the code tells nothing: a filing that was sent back can be anybody's.
func kindOfCode(code string) string {
	switch code {
	case egov.KindFilingCopy:
		return "filing-copy"
	case egov.KindReview:
		return "labor-insurance"
	case egov.KindDelivery:
		return "social-insurance"
	}
	if len(code) == 7 && slices.Contains([]byte("247"), code[0]) {
		return "social-insurance" // all numbered notices are the pension service's, those of seamen's insurance too
	}
	return ""
}

func kindOfWords(words string) string {
	for _, row := range []struct {
		kind  string
		words []string
	}{
		{"separation", []string{"離職"}},
		{"employment-insurance", []string{"雇用保険", "公共職業安定所", "ハローワーク", "高年齢雇用継続", "育児休業給付"}},
		{"labor-insurance", []string{"労働保険", "労災", "労働局", "労働基準監督署"}},
		{"social-insurance", []string{"健康保険", "厚生年金", "標準報酬", "標準賞与", "被扶養者", "年金事務所", "年金機構", "返戻"}},
	} {
		if slices.ContainsFunc(row.words, func(w string) bool { return strings.Contains(words, w) }) {
			return row.kind
		}
	}
	return "other"
}
