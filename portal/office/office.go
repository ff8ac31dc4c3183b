package office

import (
	"context"
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// Printer makes a PDF of a tenant's page that needs nothing from elsewhere. Too much of it at a time is an error of kind
// Unavailable.
type Printer interface {
	PDF(ctx context.Context, tenant store.ID, html []byte) ([]byte, error)
}

// Config is what the pages work on. All fields but Printer and Embeds are needed.
type Config struct {
	Portal   *portal.Portal
	Sessions door.Sessions
	Embeds   *door.Door // of partners' pages; nil: nothing is shown there
	Pages    *page.Pages
	Printer  Printer // nil: nothing can be saved as a PDF
	SignIn   string  // the local address of signing in, which takes where to go afterwards as "to"
}

type office struct {
	Config
	door     *door.Door
	router   *route.Router
	standing standing
}

// Mount puts every page of the clients and the firm on rt.
func Mount(rt *route.Router, c Config) {
	o := &office{Config: c, router: rt, door: &door.Door{Portal: c.Portal, Sessions: c.Sessions, Pages: c.Pages, SignIn: c.SignIn}}
	get := func(pattern string, h door.Deed) { rt.Browser(http.MethodGet, pattern, o.door.SignedIn(h)) }
	post := func(pattern string, h door.Deed) { rt.Browser(http.MethodPost, pattern, o.door.SignedIn(h)) }

	rt.Browser(http.MethodGet, "/browsers", o.Pages.Browsers)
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

	o.mountReadings(get, readings())

	get("/desk/matrix", o.matrix)
	get("/desk/matrix.csv", o.matrixTable)
	post("/desk/export", o.export)

	get("/desk", o.desk)
	get("/desk/new", o.newDocument)
	post("/desk/documents", o.publishDocument)
	get("/desk/documents/{id}", o.deskDocument)
	get("/desk/tray", o.tray)
	post("/desk/tray/review", o.reviewPackages)
	post("/desk/tray/handover", o.handOver)
	post("/desk/tray/discard", o.discardPackages)
	get("/desk/tray/{id}", o.parcel)
	post("/desk/tray/{id}/place", o.placePackage)
	get("/desk/codes", o.codes)
	post("/desk/codes/remove", o.removeCode)
	get("/desk/drops/{drop}", o.dropProgress)
	post("/desk/drops/{drop}/packages", o.dropPackages)
	get("/desk/scheduled", o.scheduled)
	get("/desk/mails", o.bounced)
	get("/desk/offices", o.officeMails)
	get("/desk/offices/{id}/mail", o.officeMail)
	post("/desk/offices/{id}/mail", o.saveOfficeMail)
	get("/desk/rules", o.rules)
	post("/desk/rules", o.saveTwoPersons)
	post("/desk/rules/{kind}", o.saveRule)
	post("/desk/deliveries/{id}/approve", o.approveDelivery)
	post("/desk/deliveries/{id}/unschedule", o.unscheduleDelivery)
	get("/desk/deliveries/{id}/seen.csv", o.seenReport)
	post("/desk/documents/{id}/deliver", o.deliverDrafts)
	get("/desk/documents/{id}/files/{file}", o.downloadAtDesk)
	post("/desk/deliveries/{id}/withdraw", o.withdrawDelivery)

	rt.Plain(http.MethodGet, "/me/session", o.checkSession)
	get("/me/mail", o.myMail)
	post("/me/mail", o.saveMyMail)
	get("/me/sessions", o.mySessions)
	post("/me/sessions/revoke-all", o.revokeAll)
	post("/me/sessions/{id}/revoke", o.revokeSession)

	if o.Embeds != nil {
		o.mountFramed(rt)
	}
}
