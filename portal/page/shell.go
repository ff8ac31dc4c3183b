package page

import (
	"time"

	"cloudpocket/store"
)

// Shell is what stands around every page of a signed-in person: for whom they act, who they are, what they may do.
type Shell struct {
	Firm        string
	Company     string // empty for the firm's own people
	Person      string
	Permissions store.Permission // those the person really has
	Current     Place            // where in the menu this page is
	Previous    time.Time        // the sign-in before this one; zero if none
	Done        string           // the deed that led here, one of the "done." messages; empty if none
}

// Place is an entry of the menu.
type Place string

const (
	PlaceInbox   Place = "inbox"
	PlaceDesk    Place = "desk"
	PlacePublish Place = "publish"
	PlaceTray    Place = "tray"
	PlaceSearch  Place = "search"
	PlaceMatrix  Place = "matrix"
	PlaceDevices Place = "devices"
)

// Entry is one line of the menu. Its word is the message "menu." + Place.
type Entry struct {
	Place   Place
	Icon    string
	URL     string
	Current bool
}

// Menu returns what the person may do, and nothing else: what they can never use is not there.
func (s Shell) Menu() []Entry {
	var menu []Entry
	add := func(p Place, icon, url string) { menu = append(menu, Entry{p, icon, url, p == s.Current}) }
	if !s.Staff() && s.Permissions.Has(store.PermitView) {
		add(PlaceInbox, "inbox", "/deliveries")
	}
	if s.MayDeliver() || s.Permissions.Has(store.PermitReceipts) {
		add(PlaceDesk, "desk", "/desk")
	}
	if s.MayDeliver() {
		add(PlaceTray, "tray", "/desk/tray")
		add(PlacePublish, "send", "/desk/new")
	}
	if !s.Staff() && s.Permissions.Has(store.PermitView) || s.MayDeliver() || s.Permissions.Has(store.PermitReceipts) {
		add(PlaceSearch, "search", "/search")
	}
	if s.Permissions.Has(store.PermitReceipts) {
		add(PlaceMatrix, "matrix", "/desk/matrix")
	}
	add(PlaceDevices, "devices", "/me/sessions")
	return menu
}

// MayDeliver reports whether the person may deliver, and so do at the desk more than look.
func (s Shell) MayDeliver() bool { return s.Permissions.Has(store.PermitDeliver) }

// Staff reports whether the person is of the firm itself.
func (s Shell) Staff() bool { return s.Company == "" }

// Deeds are those that a page can say were just done, as Shell.Done has them.
func Deeds() []string {
	return []string{"acknowledged", "published", "drafted", "delivered", "withdrawn", "revoked", "told", "untold", "approved", "unscheduled", "planned", "ruled", "mails", "handed", "handed_later", "handed_wait", "handed_part", "handed_none", "handed_some", "placed", "untaught", "discarded"}
}
