package admin

import (
	"net/http"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// Config is what the pages work on. All fields but PrivateIdPs are needed.
type Config struct {
	Door        *door.Door
	Portal      *portal.Portal
	Pages       *page.Pages
	BaseURL     string // where people reach this service, without a slash at the end
	Parties     Parties
	Marks       store.Marks // remembers tests of trusts
	PrivateIdPs bool        // IdPs of private networks may be connected
}

type admin struct {
	Config
	setups *sso.Allowance // how often the half of a trust is filled in by a link, which has its IdP asked
}

const (
	setupBurst = 20
	setupEvery = 30 * time.Second
)

// mounts puts pages on a router, for people who are signed in.
type mounts struct {
	get, post func(pattern string, h door.Deed)
}

// Mount puts every page of the administrators on rt.
func Mount(rt *route.Router, c Config) {
	a := &admin{c, sso.NewAllowance(setupBurst, setupEvery, c.Portal.Now)}
	m := mounts{
		get:  func(pattern string, h door.Deed) { rt.Browser(http.MethodGet, pattern, c.Door.SignedIn(h)) },
		post: func(pattern string, h door.Deed) { rt.Browser(http.MethodPost, pattern, c.Door.SignedIn(h)) },
	}
	for _, area := range a.areas() {
		area(m)
	}
	a.mountSetup(rt)
}

// areas are the parts of the console, a file or more each.
func (a *admin) areas() []func(mounts) {
	return []func(mounts){
		a.mountAddresses,
		a.mountInventory,
		a.mountEntered,
		a.mountCompanies,
		a.mountPeople,
		a.mountTables,
		a.mountLog,
		a.mountTrusts,
		a.mountScim,
		a.mountClients,
		a.mountWebhooks,
	}
}
