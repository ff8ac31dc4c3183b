package admin

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"

	"cloudpocket/portal"
	"cloudpocket/portal/csv"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// mountTables mounts taking in and writing out: each table at the list that it belongs to, offices at the companies'.
func (a *admin) mountTables(m mounts) {
	for path, table := range map[string]portal.Table{"/admin/people/import": portal.TableAccounts, "/admin/companies/import": portal.TableCompanies, "/admin/offices/import": portal.TableOffices} {
		m.get(path, a.imports(table))
		m.post(path, a.lookThrough(table))
		m.post(path+"/apply", a.takeIn(table))
	}
	for path, tables := range map[string][]portal.Table{"/admin/people/export": {portal.TableAccounts}, "/admin/companies/export": {portal.TableCompanies, portal.TableOffices}} {
		m.get(path, a.exports(tables))
		m.post(path, a.writeOut(tables))
	}
}

// imports asks for a file, and shows what one that was sent would do.
func (a *admin) imports(t portal.Table) door.Deed {
	return func(w http.ResponseWriter, r *http.Request, v door.Visit) error {
		if err := a.Portal.MayImport(r.Context(), v.Actor, t); err != nil {
			return err
		}
		return a.importPage(w, r, v, t, store.Digest(r.URL.Query().Get("file")), nil)
	}
}

// importPage shows the page, with the plan of a kept file if one is named. Why something was refused comes first: a plan
// that cannot be made because of the same is left out.
func (a *admin) importPage(w http.ResponseWriter, r *http.Request, v door.Visit, t portal.Table, file store.Digest, problems []page.Problem) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	view := page.Import{Table: string(t), Rows: portal.TableRows, Max: portal.TableBytes >> 20, Problems: problems}
	named := map[string]string{}
	for _, c := range t.Columns(route.Lang(r)) {
		view.Columns = append(view.Columns, page.TableColumn{Name: c.Name, Needed: c.Needed})
		named[c.Key] = c.Name
	}
	if file != "" {
		plan, err := a.Portal.PlanImport(r.Context(), v.Actor, t, file)
		if refused := refusedTable(err); refused != nil {
			view.Problems = append(view.Problems, refused...)
			return a.Pages.Import(w, r, s, view)
		}
		if err != nil {
			return err
		}
		view.File, view.Plan = string(file), planned(plan, named)
	}
	return a.Pages.Import(w, r, s, view)
}

// planned is a plan in the words of the page; named are the columns' names.
func planned(plan portal.ImportPlan, named map[string]string) *page.TablePlan {
	p := &page.TablePlan{New: plan.New, Changed: plan.Changed, Unchanged: plan.Unchanged, Refused: plan.Refused, Digest: plan.Digest}
	for _, one := range plan.Problems {
		p.Refusals = append(p.Refusals, page.RowRefusal{Row: one.Row, Column: named[one.Column], Value: one.Value, Problem: page.Problem{Key: one.Key, Args: one.Args}})
	}
	for _, one := range plan.Changes {
		c := page.RowChange{Row: one.Row, New: one.New, Name: one.Name}
		for _, key := range one.Columns {
			c.Columns = append(c.Columns, named[key])
		}
		p.Changes = append(p.Changes, c)
	}
	return p
}

// refusedTable is refusedIn for what somebody can mend by choosing a file again: one that is not there any more, or one
// whose plan is another by now, among them.
func refusedTable(err error) []page.Problem {
	var e *store.Error
	if errors.As(err, &e) && e.Key != "" && (e.Kind == store.Expired || e.Kind == store.Conflict) {
		return []page.Problem{{Field: "file", Key: e.Key, Args: e.Args}}
	}
	return refusedPerson("file", err)
}

// lookThrough keeps a file that was sent and shows what it would do.
func (a *admin) lookThrough(t portal.Table) door.Deed {
	return func(w http.ResponseWriter, r *http.Request, v door.Visit) error {
		if err := a.Portal.MayImport(r.Context(), v.Actor, t); err != nil {
			return err
		}
		file, err := sentTable(w, r)
		kept := store.Digest("")
		if err == nil {
			kept, err = a.Portal.KeepTable(r.Context(), v.Actor, t, bytes.NewReader(file))
		}
		if refused := refusedTable(err); refused != nil {
			return a.importPage(w, r, v, t, "", refused)
		}
		if err != nil {
			return err
		}
		return door.SeeOther(w, r, page.Import{Table: string(t)}.Self()+"?file="+string(kept))
	}
}

// formBytes is how many bytes a form may have around its file.
const formBytes = 64 << 10

// sentTable returns the file of a form.
func sentTable(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	r.Body = http.MaxBytesReader(w, r.Body, portal.TableBytes+formBytes)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, store.Fail(store.Invalid, "error.csv_file", "read a form: %w", err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, store.Fail(store.Invalid, "error.csv_file", "a form without a file")
		}
		if err != nil {
			return nil, cutTable(err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		file, err := io.ReadAll(part)
		if err != nil {
			return nil, cutTable(err)
		}
		return file, nil
	}
}

// cutTable gives a meaning to what ended the reading of a form.
func cutTable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return store.Fail(store.TooLarge, "error.csv_large", "read a form: %w", err).With("Rows", portal.TableRows).With("Max", portal.TableBytes>>20)
	}
	return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
}

// takeIn does what was looked at. Refused, or with something changed meanwhile, it shows the plan as it is now.
func (a *admin) takeIn(t portal.Table) door.Deed {
	return func(w http.ResponseWriter, r *http.Request, v door.Visit) error {
		if err := a.Portal.MayImport(r.Context(), v.Actor, t); err != nil {
			return err
		}
		if err := door.ShortForm(w, r); err != nil {
			return err
		}
		file := store.Digest(r.PostForm.Get("file"))
		_, err := a.Portal.Import(r.Context(), v.Actor, t, file, r.PostForm.Get("digest"))
		if refused := refusedTable(err); refused != nil {
			if errors.Is(err, store.ErrExpired) {
				file = ""
			} else {
				refused[0].Field = "" // the file itself can be read
			}
			return a.importPage(w, r, v, t, file, refused)
		}
		if err != nil {
			return err
		}
		return door.SeeOther(w, r, page.Import{Table: string(t)}.Home()+"?done=imported")
	}
}

// exports asks what to write out, and how.
func (a *admin) exports(tables []portal.Table) door.Deed {
	return func(w http.ResponseWriter, r *http.Request, v door.Visit) error {
		if err := a.Portal.MayExport(r.Context(), v.Actor, tables[0]); err != nil {
			return err
		}
		return a.exportPage(w, r, v, tables, tables[0], csv.UTF8, nil)
	}
}

func (a *admin) exportPage(w http.ResponseWriter, r *http.Request, v door.Visit, tables []portal.Table, t portal.Table, e csv.Encoding, problems []page.Problem) error {
	s, _, err := a.Door.Shell(r, v)
	if err != nil {
		return err
	}
	view := page.TableExport{Table: string(t), Encoding: string(e), Problems: problems}
	for _, one := range tables {
		view.Tables = append(view.Tables, string(one))
	}
	return a.Pages.TableExport(w, r, s, view)
}

// writeOut sends the table as a file.
func (a *admin) writeOut(tables []portal.Table) door.Deed {
	return func(w http.ResponseWriter, r *http.Request, v door.Visit) error {
		if err := door.ShortForm(w, r); err != nil {
			return err
		}
		t, e := portal.Table(r.PostForm.Get("table")), csv.Encoding(r.PostForm.Get("encoding"))
		if !slices.Contains(tables, t) {
			t = tables[0]
		}
		file, err := a.Portal.ExportTable(r.Context(), v.Actor, t, route.Lang(r), e)
		if refused := refusedIn("encoding", err); refused != nil {
			return a.exportPage(w, r, v, tables, t, e, refused)
		}
		if err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", csv.TypeIn(e))
		h.Set("Content-Disposition", `attachment; filename="`+string(t)+"-"+a.Portal.Now().In(tokyo()).Format("20060102-150405")+`.csv"`)
		_, err = w.Write(file)
		return err
	}
}
