package office

import (
	"errors"
	"net/http"
	"strconv"

	"cloudpocket/portal"
	"cloudpocket/portal/csv"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// toTell lists the records of who was told.
func (o *office) toTell(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	from := door.From(r)
	list, err := o.Portal.ToTell(r.Context(), v.Actor, from)
	if err != nil {
		return err
	}
	view := page.ToTell{Next: list.Next, Later: from.After != ""}
	for _, one := range list.Items {
		view.Items = append(view.Items, page.ToTellItem{Delivery: one.Delivery.ID, State: one.Delivery.State, DeliveredAt: one.Delivery.DeliveredAt,
			Title: one.Title, Office: one.Office, Persons: one.Persons})
	}
	return o.Pages.ToTell(w, r, s, view)
}

// onward shows which insured persons of a delivered document were told.
func (o *office) onward(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return o.onwardPage(w, r, v, page.Onward{})
}

// onwardPage completes a view, which may hold a problem already, and shows it.
func (o *office) onwardPage(w http.ResponseWriter, r *http.Request, v door.Visit, view page.Onward) error {
	delivery, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	s, me, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	told, err := o.Portal.Told(r.Context(), v.Actor, delivery)
	if err != nil {
		return err
	}
	view.Delivery, view.Title, view.Office, view.Persons, view.Tellers = delivery, told.Document.Title, told.Office.Name, told.Persons, told.Tellers
	view.Left, view.MayTell, view.Ways, view.Today = told.Left(), told.MayTell, portal.TellingWays(), o.Portal.Now()
	view.State = told.Delivery.State
	if me.Permissions.Any(portal.AtDesk) {
		view.Document = told.Document.ID
	}
	return o.Pages.Onward(w, r, s, view)
}

// tellPersons records who was told, or takes it back; refused, it brings the form back with what was typed.
func (o *office) tellPersons(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	delivery, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxChoice)
	if err := r.ParseForm(); err != nil {
		return store.Fail(store.Invalid, "error.form", "read the form: %w", err)
	}
	f := r.PostForm
	typed := page.OnwardTyped{On: f.Get("on"), How: store.TellingWay(f.Get("how")), Note: f.Get("note")}
	for _, s := range f["person"] {
		position, err := strconv.Atoi(s)
		if err != nil {
			return store.Fail(store.Invalid, "error.form", "read whom was chosen: %w", err)
		}
		typed.Persons = append(typed.Persons, position)
	}
	done := "told"
	if f.Get("do") == "untell" {
		done, err = "untold", o.Portal.Untell(r.Context(), v.Actor, delivery, typed.Persons)
	} else {
		err = o.tell(r, v, delivery, typed)
	}
	var e *store.Error
	if errors.As(err, &e) && e.Kind == store.Invalid && e.Key != "" {
		return o.onwardPage(w, r, v, page.Onward{Typed: typed, Problem: &page.Problem{Key: e.Key, Args: e.Args}})
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/deliveries/"+string(delivery)+"/onward?done="+done)
}

func (o *office) tell(r *http.Request, v door.Visit, delivery store.ID, typed page.OnwardTyped) error {
	on, err := dayOf(typed.On)
	if err != nil {
		return err
	}
	return o.Portal.Tell(r.Context(), v.Actor, delivery, portal.Telling{Persons: typed.Persons, On: on, How: typed.How, Note: typed.Note})
}

// onwardTable is the same as a table.
func (o *office) onwardTable(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	delivery, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	told, err := o.Portal.Told(r.Context(), v.Actor, delivery)
	if err != nil {
		return err
	}
	words := o.Pages.Words(route.Lang(r))
	head, err := say(words, "persons.column.0", "persons.column.1", "persons.column.2", "col.state", "onward.on", "onward.how", "onward.note", "onward.by")
	if err != nil {
		return err
	}
	states, err := say(words, "onward.not_yet", "onward.told")
	if err != nil {
		return err
	}
	rows := [][]string{head}
	for _, p := range told.Persons {
		row := []string{p.Number, p.Name, p.Kana, states[0], "", "", "", ""}
		if t := p.Telling; !t.At.IsZero() {
			how, err := words.Say("onward.how."+string(t.How), nil)
			if err != nil {
				return err
			}
			row = []string{p.Number, p.Name, p.Kana, states[1], words.Day(t.At), how, t.Note, told.Tellers[t.By]}
		}
		rows = append(rows, row)
	}
	return table(w, "told-"+string(delivery)+".csv", rows)
}

// table hands out rows for spreadsheet programs.
func table(w http.ResponseWriter, name string, rows [][]string) error {
	h := w.Header()
	h.Set("Content-Type", csv.Type)
	h.Set("Content-Disposition", disposition(name))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	return csv.Write(w, rows)
}
