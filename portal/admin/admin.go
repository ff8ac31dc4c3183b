package admin

import (
	"net/http"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
)

// Config is what the pages work on. All fields are needed.
type Config struct {
	Door   *door.Door
	Portal *portal.Portal
	Pages  *page.Pages
}

type admin struct {
	Config
}

// mounts puts pages on a router, for people who are signed in.
type mounts struct {
	get, post func(pattern string, h door.Deed)
}

// Mount puts every page of the administrators on rt.
func Mount(rt *route.Router, c Config) {
	a := &admin{c}
	m := mounts{
		get:  func(pattern string, h door.Deed) { rt.Browser(http.MethodGet, pattern, c.Door.SignedIn(h)) },
		post: func(pattern string, h door.Deed) { rt.Browser(http.MethodPost, pattern, c.Door.SignedIn(h)) },
	}
	for _, area := range a.areas() {
		area(m)
	}
}

// areas are the parts of the console, a file or more each.
func (a *admin) areas() []func(mounts) {
	return []func(mounts){
		a.mountAddresses,
		a.mountInventory,
		a.mountEntered,
		a.mountCompanies,
		a.mountPeople,
		a.mountLog,
	}
}
