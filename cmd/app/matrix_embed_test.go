package app

import (
	"net/http"
	"strings"

	"cloudpocket/portal/route"
)

// forPartners is what pages of partners load from their own origins.
func forPartners() []string {
	return []string{"/embed.js", "/embed.d.ts", "/embed/assets/", "/embed/mock", "/embed/mock/at/deliveries/{id}/parts/{part}"}
}

// mocked are the pages with invented data, which are nobody's.
func mocked() (all []string) {
	for _, at := range []string{"/deliveries", "/deliveries/{id}", "/search", "/desk/tray", "/onward", "/deliveries/{id}/files/{file}", "/deliveries/{id}/parts/{part}", "/deliveries/{id}/parts/{part}/file"} {
		all = append(all, "/embed/mock/at"+at)
	}
	return all
}

// embedRoutes are what partners' pages load, and what is shown in them: to whoever brings the token of an embed and the proof
// of its key, and never for a cookie.
func embedRoutes() map[string]access {
	all := map[string]access{
		"GET /embed.js":       {open: []int{200}},
		"GET /embed.d.ts":     {open: []int{200}},
		"GET /embed/assets/":  {open: []int{404}},
		"GET /embed/{client}": {open: []int{404}}, // nobody's client

		"GET /embed/mock":   {open: []int{200}},
		"POST /embed/token": {open: []int{400}}, // no code and no proof
		"POST /embed/renew": {open: []int{401}},
		"POST /embed/end":   {open: []int{401}},

		"POST /embed/once":         {open: []int{401}, form: "{}"},
		"GET /embed/once/{secret}": {open: []int{410}}, // nobody's secret
		"GET /embed/events":        {open: []int{401}},
	}
	for _, pattern := range mocked() {
		all["GET "+pattern] = access{open: []int{200, 404}}
	}
	for name := range framedRoutes() {
		method, pattern, _ := strings.Cut(name, " ")
		all[method+" "+route.FramePrefix+pattern] = access{open: []int{http.StatusUnauthorized}}
	}
	return all
}

// framedRoutes are the rows of the portal's pages that are shown in partners' pages as well.
func framedRoutes() map[string]access {
	rows := map[string]access{"GET /": ownRoutes()["GET /"]}
	for _, area := range []map[string]access{clientRoutes(), trayRoutes(), {"GET /search": ownRoutes()["GET /search"], "POST /search/download": ownRoutes()["POST /search/download"]}} {
		for name, row := range area {
			if !strings.Contains(name, "/desk/codes") {
				rows[name] = row
			}
		}
	}
	return rows
}
