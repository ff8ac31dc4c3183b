package widget

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// framePolicy is what the frame's page may load: ourselves, and pictures that its script was given. The origins that may frame
// it follow.
const framePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors "

// frame answers with the page in an element's frame, for the origins of its client alone. Who opens it as a page of its own is
// told the way to the portal.
func (wi *Widget) frame(w http.ResponseWriter, r *http.Request) error {
	client := store.ID(route.Var(r, "client"))
	origins, err := wi.Portal.EmbedOrigins(r.Context(), client)
	if err != nil {
		return err
	}
	if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" && dest != "iframe" && dest != "frame" {
		return wi.Pages.FrameAlone(w, r)
	}
	f, err := wi.view(client, origins)
	if err != nil {
		return err
	}
	wi.framedBy(w, origins)
	return wi.Pages.Frame(w, r, f)
}

// framedBy lets pages of these origins frame the answer, also those that are isolated from other origins (HTML 7.1.4).
func (wi *Widget) framedBy(w http.ResponseWriter, origins []string) {
	h := w.Header()
	h.Set("Content-Security-Policy", framePolicy+strings.Join(origins, " "))
	h.Del("X-Frame-Options") // knows no origins
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

func (wi *Widget) view(client store.ID, origins []string) (page.Frame, error) {
	f := page.Frame{Client: client, Now: wi.Now().Unix(), Script: wi.assets.path("frame.js"), Style: wi.assets.path("frame.css")}
	for text, of := range map[*string]any{&f.Origins: origins, &f.Routes: wi.routes()} {
		b, err := json.Marshal(of)
		if err != nil {
			return f, fmt.Errorf("write what the frame needs to know: %w", err)
		}
		*text = string(b)
	}
	return f, nil
}

// routes are the pages that frames are shown, by method and pattern of their address in the portal.
func (wi *Widget) routes() []string {
	all := []string{}
	// Walk fails for routes that have no pattern, and every one of ours has.
	_ = wi.router.Walk(func(method, pattern string) {
		if at, found := strings.CutPrefix(pattern, route.FramePrefix); found && method != http.MethodHead {
			all = append(all, method+" "+at)
		}
	})
	return all
}
