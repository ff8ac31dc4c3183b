package office

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// tray shows what was dropped and waits.
func (o *office) tray(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	drop := store.ID(r.URL.Query().Get("drop"))
	if drop != "" && !drop.Valid() {
		drop = ""
	}
	return o.showTray(w, r, v, drop, nil)
}

// firstOf is how much of each group the whole tray shows.
const firstOf = 25

func (o *office) showTray(w http.ResponseWriter, r *http.Request, v door.Visit, drop store.ID, problem *page.Problem) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	view := page.Tray{
		Drop: drop, NewDrop: store.NewID(o.Portal.Now()), Problem: problem, MaxFiles: portal.MaxDrop, MaxSize: portal.MaxFileSize, MaxArchive: portal.MaxArchiveSize,
		Accept: "." + strings.Join(portal.Extensions(), ",."),
	}
	if view.Counts, err = o.Portal.TrayCounts(r.Context(), v.Actor, drop); err != nil {
		return err
	}
	groups := page.TrayGroups()
	if only := page.TrayGroup(r.URL.Query().Get("group")); slices.Contains(groups, only) {
		view.Only, groups = only, []page.TrayGroup{only}
	}
	for _, g := range groups {
		part, err := o.trayPart(r, v, drop, g, view.Only == g)
		if err != nil {
			return err
		}
		part.Count = view.Counts.Of(g)
		view.Parts = append(view.Parts, part)
	}
	return o.Pages.Tray(w, r, s, view)
}

// trayPart reads the beginning of a group, or the page of it that the query asks for.
func (o *office) trayPart(r *http.Request, v door.Visit, drop store.ID, g page.TrayGroup, alone bool) (page.TrayPart, error) {
	at := store.Page{Limit: firstOf}
	if alone {
		at = door.From(r)
	}
	list, err := o.Portal.Tray(r.Context(), v.Actor, store.PackageFilter{Drop: drop, States: g.States()}, at)
	if err != nil {
		return page.TrayPart{}, err
	}
	return page.TrayPart{Group: g, Rows: trayRows(list.Items), Next: list.Next, Later: at.After != ""}, nil
}

func trayRows(items []portal.TrayItem) []page.TrayRow {
	rows := make([]page.TrayRow, len(items))
	for i, item := range items {
		rows[i] = page.TrayRow(item)
	}
	return rows
}

// keyUnscanned is why nobody may open what was just dropped.
const keyUnscanned = "error.file_unscanned"

// parcel shows one package.
func (o *office) parcel(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	pkg, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	return o.showParcel(w, r, v, pkg, "", nil)
}

func (o *office) showParcel(w http.ResponseWriter, r *http.Request, v door.Visit, pkg, chosen store.ID, problem *page.Problem) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	item, err := o.Portal.PackageOf(r.Context(), v.Actor, pkg)
	if err != nil {
		return err
	}
	view := page.Parcel{TrayRow: page.TrayRow(item), Problem: problem, Chosen: chosen}
	view.Look, err = o.trayLook(r, v, pkg)
	if errors.Is(err, &store.Error{Kind: store.Unavailable, Key: keyUnscanned}) {
		view.Kept, err = keyUnscanned, nil
	}
	if err != nil {
		return err
	}
	if view.Placeable() {
		choices, err := o.Portal.Choices(r.Context(), v.Actor)
		if err != nil {
			return err
		}
		view.Companies = byCompany(choices)
	}
	return o.Pages.Parcel(w, r, s, view)
}

// placePackage says which office a package is for.
func (o *office) placePackage(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	pkg, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	office := store.ID(r.PostForm.Get("office"))
	err = o.Portal.Place(r.Context(), v.Actor, pkg, office, r.PostForm.Get("teach") == "1")
	if refused, ok := problemOf(err); ok {
		return o.showParcel(w, r, v, pkg, office, &refused)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/desk/tray?done=placed")
}

// discardPackages throws the chosen ones away.
func (o *office) discardPackages(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	back := store.ID(r.PostForm.Get("drop"))
	if !back.Valid() {
		back = ""
	}
	chosen := idsOf(r)
	if len(chosen) == 0 {
		return o.showTray(w, r, v, back, &page.Problem{Key: "error.no_package"})
	}
	if _, err := o.Portal.Discard(r.Context(), v.Actor, chosen); err != nil {
		return err
	}
	if back != "" {
		return door.SeeOther(w, r, "/desk/tray?done=discarded&drop="+string(back))
	}
	return door.SeeOther(w, r, "/desk/tray?done=discarded")
}

// idsOf are the packages that a form chose.
func idsOf(r *http.Request) (ids []store.ID) {
	for _, s := range r.PostForm["package"] {
		if id := store.ID(s); id.Valid() {
			ids = append(ids, id)
		}
	}
	return ids
}
