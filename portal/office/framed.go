package office

import (
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/portal/route"
)

// mountFramed puts on rt what is shown in partners' pages, and nothing else: the same handlers as in the portal, behind a door
// for embeds. What is not here, a frame's script opens in the portal.
func (o *office) mountFramed(rt *route.Router) {
	get := func(pattern string, h door.Deed) {
		rt.Frame(http.MethodGet, route.FramePrefix+pattern, o.Embeds.SignedIn(framed(h)))
	}
	post := func(pattern string, h door.Deed) {
		rt.Frame(http.MethodPost, route.FramePrefix+pattern, o.Embeds.SignedIn(framed(h)))
	}

	get("/", o.home)
	get("/deliveries", o.inbox)
	get("/deliveries/{id}", o.viewDocument)
	post("/deliveries/{id}/acknowledge", o.acknowledgeDocument)
	get("/deliveries/{id}/files/{file}", o.downloadFile)
	get("/onward", o.toTell)
	get("/deliveries/{id}/onward", o.onward)
	post("/deliveries/{id}/onward", o.tellPersons)
	get("/deliveries/{id}/onward.csv", o.onwardTable)
	get("/search", o.search)
	post("/search/download", o.downloadFound)

	get("/desk/tray", o.tray)
	post("/desk/tray/review", o.reviewPackages)
	post("/desk/tray/handover", o.handOver)
	post("/desk/tray/discard", o.discardPackages)
	get("/desk/tray/{id}", o.parcel)
	post("/desk/tray/{id}/place", o.placePackage)
	get("/desk/drops/{drop}", o.dropProgress)
	post("/desk/drops/{drop}/packages", o.dropPackages)

	o.mountReadings(get, framedReadings())
}

// framed has h answer as it does in the portal: what it says of where it is, is a place there.
func framed(h door.Deed) door.Deed {
	return func(w http.ResponseWriter, r *http.Request, v door.Visit) error {
		return route.Framed(func(w http.ResponseWriter, r *http.Request) error { return h(w, r, v) })(w, r)
	}
}
