package page

import (
	"strings"
	"testing"

	"cloudpocket/store"
)

// TestRowsEscape puts markup into everything of a line that is not ours.
func TestRowsEscape(t *testing.T) {
	const hostile = `"><script>alert(1)</script>&'`
	p := newPages(t)
	for _, lang := range Languages() {
		html, err := rows{p.Words(lang), drawn()}.html([]store.InboxItem{{Receipt: store.Receipt{DeliveryID: hostile, DeliveredAt: clock()},
			Title: hostile, Kind: hostile, OfficeName: hostile, Acknowledge: true, FileCount: 2}}, map[store.ID]store.PersonCount{hostile: {All: 3, Told: 1}})
		if err != nil {
			t.Fatal(err)
		}
		got := string(html)
		if strings.Contains(got, "<script") || strings.Contains(got, `"">`) || strings.Count(got, "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;") != 2 {
			t.Errorf("%s: %s", lang, got)
		}
		if !strings.Contains(got, `href="/deliveries/%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E&amp;%27"`) {
			t.Errorf("%s: the link is in %s", lang, got)
		}
	}
}
