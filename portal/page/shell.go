package page

import (
	"slices"
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
	Embedded    bool             // shown within a page of a partner's: its title and what is on it alone, without a menu
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

	PlaceTrusts    Place = "trusts"
	PlacePeople    Place = "people"
	PlaceCompanies Place = "companies"
	PlaceEntered   Place = "entered" // who is signed in
	PlaceInventory Place = "inventory"
	PlaceAddresses Place = "addresses"
	PlaceClients   Place = "clients"
	PlaceWebhooks  Place = "webhooks"
	PlaceLog       Place = "log"
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
	add := s.adder(&menu)
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
	if s.Embedded {
		menu = slices.DeleteFunc(menu, func(e Entry) bool { return !slices.Contains(embeddedPlaces(), e.Place) })
	}
	return menu
}

// embeddedPlaces are those of the menu that are shown in partners' pages.
func embeddedPlaces() []Place { return []Place{PlaceInbox, PlaceTray, PlaceSearch} }

// Administration returns the menus of those who administer the firm; of nobody else.
func (s Shell) Administration() []Entry {
	var menu []Entry
	add := s.adder(&menu)
	if !s.Staff() {
		return nil
	}
	if s.Permissions.Has(store.PermitTrusts) {
		add(PlaceTrusts, "key", "/admin/trusts")
	}
	if s.Permissions.Has(store.PermitAccounts) {
		add(PlacePeople, "person", "/admin/people")
	}
	if s.Permissions.Has(store.PermitOffices) {
		add(PlaceCompanies, "building", "/admin/companies")
	}
	if s.Permissions.Has(store.PermitAccounts) {
		add(PlaceEntered, "devices", "/admin/sessions")
		add(PlaceInventory, "check", "/admin/inventory")
	}
	if s.Permissions.Has(store.PermitTrusts) {
		add(PlaceAddresses, "lock", "/admin/addresses")
		add(PlaceClients, "plug", "/admin/clients")
		add(PlaceWebhooks, "hook", "/admin/webhooks")
	}
	if s.Permissions.Has(store.PermitLog) {
		add(PlaceLog, "clock", "/admin/log")
	}
	return menu
}

// adder returns what adds a line to menu.
func (s Shell) adder(menu *[]Entry) func(p Place, icon, url string) {
	return func(p Place, icon, url string) { *menu = append(*menu, Entry{p, icon, url, p == s.Current}) }
}

// MayDeliver reports whether the person may deliver, and so do at the desk more than look.
func (s Shell) MayDeliver() bool { return s.Permissions.Has(store.PermitDeliver) }

// Staff reports whether the person is of the firm itself.
func (s Shell) Staff() bool { return s.Company == "" }

// Deeds are those that a page can say were just done, as Shell.Done has them.
func Deeds() []string {
	return []string{
		"acknowledged",
		"imported",
		"person_added",
		"person_saved",
		"person_disabled",
		"person_enabled",
		"person_deleted",
		"rights_copied",
		"role_saved",
		"role_deleted",
		"company_saved",
		"company_deleted",
		"office_saved",
		"office_deleted",
		"addresses",
		"client_added",
		"client_saved",
		"client_on",
		"client_off",
		"client_removed",
		"approved",
		"delivered",
		"discarded",
		"drafted",
		"ended",
		"handed",
		"handed_later",
		"handed_none",
		"handed_part",
		"handed_some",
		"handed_wait",
		"inventory_confirmed",
		"inventory_decided",
		"inventory_disabled",
		"inventory_made",
		"inventory_signed",
		"mails",
		"operator_ended",
		"operator_linked",
		"operator_passkey",
		"operator_password",
		"operator_removed",
		"operator_saved",
		"placed",
		"planned",
		"published",
		"revoked",
		"scim_revoked",
		"scim_rule",
		"ruled",
		"told",
		"trust_back",
		"trust_dropped",
		"trust_fetched",
		"trust_keys",
		"trust_new",
		"trust_off",
		"trust_on",
		"trust_removed",
		"trust_saved",
		"trust_unlinked",
		"webhook_changed",
		"webhook_off",
		"webhook_on",
		"webhook_removed",
		"webhook_resent",
		"webhook_test",
		"unscheduled",
		"untaught",
		"untold",
		"withdrawn",
	}
}
