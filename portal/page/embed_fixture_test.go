package page

import (
	"net/http"

	"cloudpocket/portal/route"
)

// embedExhibits are the pages of embeds, and what they show of the others.
func embedExhibits() []exhibit {
	within := client()
	within.Embedded, within.Done = true, "acknowledged"
	return []exhibit{
		{"embed", "/embed/x", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.Frame(w, r, Frame{Client: "01jkq0000000000000000client", Origins: `["https://hr.example"]`, Routes: `["GET /deliveries"]`, Now: clock().Unix(), Script: "/embed/assets/x/frame.js", Style: "/embed/assets/x/frame.css"})
		}},
		{"embedalone", "/embed/x", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.FrameAlone(w, r) }},
		{"embedpopup", "/embed/x/popup", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.Popup(w, r, Popup{Code: "cpc_x", Script: "/embed/assets/x/opened.js"})
		}},
		{"within-error", "/deliveries", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			p.Error(w, r, route.ErrorView{Status: 404, Key: "error.not_found", Reference: "06f2q0d9k3v5w7x8y9z0a1b2c3", Embedded: true})
			return nil
		}},
		{"within-inbox", "/deliveries", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.Inbox(w, r, within, Inbox{})
		}},
	}
}
