package page

import (
	"html/template"
	"net/url"
	"strings"

	"cloudpocket/store"
)

// rows writes the lines of a person's list. They are the one part of a page that is not a template: there are fifty of
// them, and as a template they took longer than all else about a request. Whatever is not ours goes through escaped.
type rows struct {
	words    Words
	pictures icons
}

func (r rows) html(items []store.InboxItem, left map[store.ID]store.PersonCount) (template.HTML, error) {
	var b strings.Builder
	b.Grow(1000 * len(items))
	files := map[int]string{} // a page has few different numbers
	for _, i := range items {
		if _, ok := files[i.FileCount]; !ok {
			count, err := r.words.Count("files", i.FileCount)
			if err != nil {
				return "", err
			}
			files[i.FileCount] = escaped(count)
		}
		parts, err := r.row(i, files[i.FileCount], left[i.DeliveryID])
		if err != nil {
			return "", err
		}
		for _, part := range parts {
			b.WriteString(part)
		}
	}
	return template.HTML(b.String()), nil
}

// row returns the markup of one line, in parts.
func (r rows) row(i store.InboxItem, files string, left store.PersonCount) ([]string, error) {
	state := itemBadge(i)
	word, err := r.words.Say(state.Key, nil)
	if err != nil {
		return nil, err
	}
	kind, err := r.words.Sentence("kind."+i.Kind, nil, "kind.other")
	if err != nil {
		return nil, err
	}
	ask, err := r.ask(i)
	if err != nil {
		return nil, err
	}
	told, err := r.told(left)
	if err != nil {
		return nil, err
	}
	class := "target"
	if i.ViewedAt.IsZero() {
		class = "target unread"
	}
	return []string{
		`<tr class="`, class, `"><td class="c-state"><span class="badge `, state.Tone, `">`, string(r.pictures[state.Icon]), `<span>`, escaped(word), `</span></span></td>`,
		`<th scope="row" class="c-title"><a href="/deliveries/`, escaped(url.PathEscape(string(i.DeliveryID))), `">`, escaped(i.Title), "</a>\n",
		`<span class="sub">`, escaped(kind), ask, told, `</span></th><td class="c-office">`, escaped(i.OfficeName), `</td><td class="c-date">`,
		string(timeElement(i.DeliveredAt, r.words.Day(i.DeliveredAt))), `</td><td class="c-files">`, files, "</td></tr>\n",
	}, nil
}

// ask tells before a document is opened that its receipt will have to be acknowledged; after, the badge does.
func (r rows) ask(i store.InboxItem) (string, error) {
	if !i.Acknowledge || !i.AcknowledgedAt.IsZero() || !i.ViewedAt.IsZero() {
		return "", nil
	}
	word, err := r.words.Say("state.pending", nil)
	return ` <span class="ask">` + string(r.pictures["clock"]) + escaped(word) + `</span>`, err
}

// told says how many of the persons whom a document names were told, if it names any.
func (r rows) told(left store.PersonCount) (string, error) {
	if left.All == 0 {
		return "", nil
	}
	word, err := r.words.Say("onward.count", map[string]any{"Told": left.Told, "All": left.All})
	return ` <span class="told">` + escaped(word) + `</span>`, err
}

// escaped makes s safe as text of an element and within the quotes of an attribute.
func escaped(s string) string { return template.HTMLEscapeString(s) }
