package page

import (
	"net/http"

	"cloudpocket/store"
)

// Frame is the page in the frame of an embed, before anybody is known: it holds nothing of anybody.
type Frame struct {
	Client  store.ID // the API client in whose partner's page it is
	Origins string   // of the pages that may frame it, as JSON
	Routes  string   // the pages that can be shown in it, as JSON: "GET /deliveries/{id}"
	Now     int64    // seconds since 1970, by the server's clock
	Script  string   // where its script is
	Mock    bool     // it shows invented data
	Style   string   // where its style is, besides that of all pages
}

// Frame shows it.
func (p *Pages) Frame(w http.ResponseWriter, r *http.Request, f Frame) error {
	return p.show(w, r, http.StatusOK, "embed", Shell{}, f)
}

// FrameAlone tells somebody who opens the frame of an embed as a page of its own where the portal is.
func (p *Pages) FrameAlone(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, http.StatusOK, "embedalone", Shell{}, nil)
}

// Popup is the page in the window that a frame opened for somebody to sign in.
type Popup struct {
	Code   string // for the frame
	Script string // where the script is that gives it
}

// Popup shows it: with a script it closes by itself, unless it has lost the frame.
func (p *Pages) Popup(w http.ResponseWriter, r *http.Request, v Popup) error {
	return p.show(w, r, http.StatusOK, "embedpopup", Shell{}, v)
}
