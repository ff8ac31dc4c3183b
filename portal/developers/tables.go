package developers

import (
	"strings"

	"cloudpocket/portal/page"
)

// Name is a name that developers meet. Key is the end of the message that explains it.
type Name struct{ Code, Key string }

// same are names whose messages end as they are written.
func same(codes ...string) (all []Name) {
	for _, c := range codes {
		all = append(all, Name{c, c})
	}
	return all
}

// Event is one that the element sends, with the fields of its detail besides version.
type Event struct {
	Name   string
	Fields []string
}

// Events are all there are.
func Events() []Event {
	return []Event{
		{"ready", nil},
		{"resize", []string{"height"}},
		{"unread", []string{"unread", "pending"}},
		{"opened", []string{"delivery"}},
		{"downloaded", []string{"delivery"}},
		{"acknowledged", []string{"delivery"}},
		{"expiring", []string{"seconds"}},
		{"ended", []string{"reason"}},
		{"error", []string{"code"}},
	}
}

// eventTable is the part about them.
func eventTable() page.ManualPart {
	t := page.ManualTable{Columns: []string{"name", "detail", "means"}}
	for _, e := range Events() {
		detail := "{version: 1" + strings.Join(append([]string{""}, e.Fields...), ", ") + "}"
		t.Rows = append(t.Rows, []page.ManualCell{{Code: e.Name}, {Code: detail}, {Key: "dev.element.events." + e.Name}})
	}
	return page.ManualPart{ID: "events", Says: 1, Table: &t}
}

// Attributes are those of the element.
func Attributes() []Name {
	return same("src", "client", "mode", "office", "document", "lang", "scheme", "label")
}

// ThemeFields are what a theme can have.
func ThemeFields() []Name { return same("accent", "radius", "font", "size") }

// Sandbox is what the element lets its frame do.
func Sandbox() []Name {
	return []Name{{"allow-scripts", "scripts"}, {"allow-same-origin", "origin"}, {"allow-forms", "forms"}, {"allow-popups", "popups"},
		{"allow-popups-to-escape-sandbox", "escape"}, {"allow-downloads", "downloads"}, {"allow-storage-access-by-user-activation", "storage"}}
}

// placeholders are what a reader replaces in snippets.
func placeholders() []Name {
	return []Name{{"CLIENT_ID", "client"}, {"https://hr.example.jp", "origin"}, {"aoba", "tenant"}, {"https://id.example.jp", "issuer"},
		{"cloud-pocket-at-your-idp", "audience"}, {"taro", "person"}}
}

// tokenFields are those of a request for a code.
func tokenFields() []Name {
	return []Name{{"grant_type", "grant"}, {"scope", "scope"}, {"subject_token", "subject"}, {"subject_token_type", "type"}, {"origin", "origin"},
		{"trust", "trust"}, {"client_assertion", "proof"}}
}

// tokenErrors are what the token endpoint can answer (RFC 6749 5.2, RFC 8693 2.2.2).
func tokenErrors() []Name {
	return same("invalid_client", "invalid_request", "invalid_target", "unauthorized_client", "invalid_scope", "temporarily_unavailable")
}

// ErrorCodes are what the element's error event can say.
func ErrorCodes() []Name { return same("config", "unreachable", "renewal", "theme") }

// EndReasons are what the element's ended event can say.
func EndReasons() []Name { return same("expired", "ended", "refused") }
