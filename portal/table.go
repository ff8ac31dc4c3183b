package portal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"cloudpocket/portal/csv"
	"cloudpocket/store"
)

// Table is what a CSV file holds a row each of.
type Table string

const (
	TableAccounts  Table = "accounts"
	TableCompanies Table = "companies"
	TableOffices   Table = "offices"
)

// Tables are all there are.
func Tables() []Table { return []Table{TableAccounts, TableCompanies, TableOffices} }

// menu is the one that a table belongs to.
func (t Table) menu() store.Permission {
	if t == TableAccounts {
		return store.PermitAccounts
	}
	return store.PermitOffices
}

// heading is a column: its key, which English files have, and its name in Japanese ones.
type heading struct{ key, ja string }

// headings are a table's columns in the order in which they are written.
func (t Table) headings() []heading {
	switch t {
	case TableAccounts:
		return []heading{{"id", "アカウントID"}, {"company", "顧問先"}, {"name", "氏名"}, {"email", "メールアドレス"}, {"trust", "サインイン元"}, {"subject", "識別子"},
			{"role", "役割"}, {"menus", "メニュー権限"}, {"offices", "事業所権限"}, {"state", "状態"}}
	case TableCompanies:
		return []heading{{"id", "顧問先ID"}, {"external", "外部ID"}, {"name", "顧問先名"}}
	}
	return []heading{{"id", "事業所ID"}, {"company", "顧問先"}, {"external", "外部ID"}, {"name", "事業所名"}, {"reference", "事業所整理記号"}, {"number", "事業所番号"},
		{"labor", "労働保険番号"}, {"employment", "雇用保険適用事業所番号"}, {"corporate", "法人番号"}, {"state", "状態"}}
}

// Bounds of a file that is taken in.
const (
	TableBytes = 5 << 20
	TableRows  = 10_000
)

// readTable reads a file's rows, by the columns that its first row names.
func readTable(t Table, src io.Reader) (columns map[string]int, rows [][]string, err error) {
	all, _, err := csv.Read(src, csv.Limits{Bytes: TableBytes, Rows: TableRows + 1, Columns: 50, Cell: 20_000})
	switch {
	case errors.Is(err, csv.ErrTooLarge):
		return nil, nil, store.Fail(store.TooLarge, "error.csv_large", "%w", err).With("Rows", TableRows).With("Max", TableBytes>>20)
	case errors.Is(err, csv.ErrCharset):
		return nil, nil, store.Fail(store.Invalid, "error.csv_charset", "%w", err)
	case errors.Is(err, csv.ErrForm):
		return nil, nil, store.Fail(store.Invalid, "error.csv_form", "%w", err)
	case err != nil:
		return nil, nil, err
	case len(all) == 0:
		return nil, nil, store.Fail(store.Invalid, "error.csv_form", "an empty file")
	}
	columns, err = t.columns(all[0])
	return columns, all[1:], err
}

// columns finds the columns by their names in either language, in any order. One that is not known is refused rather than
// passed over: it may be what somebody meant by another.
func (t Table) columns(names []string) (map[string]int, error) {
	columns := map[string]int{}
	for i, name := range names {
		name, _ = csv.Bare(name)
		name = strings.TrimSpace(name)
		at := slices.IndexFunc(t.headings(), func(h heading) bool { return strings.EqualFold(h.key, name) || h.ja == name })
		if name == "" {
			continue
		}
		if at < 0 {
			return nil, store.Fail(store.Invalid, "error.csv_column", "column %q", name).With("Name", name)
		}
		key := t.headings()[at].key
		if _, twice := columns[key]; twice {
			return nil, store.Fail(store.Invalid, "error.csv_column", "column %q twice", name).With("Name", name)
		}
		columns[key] = i
	}
	for _, key := range t.needed() {
		if _, there := columns[key]; !there {
			return nil, store.Fail(store.Invalid, "error.csv_column_missing", "no column %q", key).With("Name", t.named(key))
		}
	}
	return columns, nil
}

// needed are the columns without which a row says nothing.
func (t Table) needed() []string {
	switch t {
	case TableAccounts:
		return []string{"company", "name", "trust", "subject", "menus", "offices"}
	case TableCompanies:
		return []string{"name"}
	}
	return []string{"company", "name"}
}

// named is a column as both languages' files have it.
func (t Table) named(key string) string {
	for _, h := range t.headings() {
		if h.key == key {
			return h.ja + " (" + h.key + ")"
		}
	}
	return key
}

// Column is one that a table can have.
type Column struct {
	Key    string // which files have in English
	Name   string // in a language
	Needed bool   // a file without it is refused
}

// Columns are all that a table can have, by their names in lang.
func (t Table) Columns(lang string) (all []Column) {
	for _, h := range t.headings() {
		c := Column{Key: h.key, Name: h.key, Needed: slices.Contains(t.needed(), h.key)}
		if lang == "ja" {
			c.Name = h.ja
		}
		all = append(all, c)
	}
	return all
}

// tableRow is one line of a file.
type tableRow struct {
	columns map[string]int
	cells   []string
}

// blank reports whether nothing stands in a row.
func (r tableRow) blank() bool {
	return !slices.ContainsFunc(r.cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// has reports whether the file has a column at all.
func (r tableRow) has(key string) bool { _, ok := r.columns[key]; return ok }

// get returns a cell without the blanks around it; empty where the row has none.
func (r tableRow) get(key string) string {
	i, ok := r.columns[key]
	if !ok || i >= len(r.cells) {
		return ""
	}
	cell, _ := csv.Bare(r.cells[i])
	return strings.TrimSpace(cell)
}

// formula returns the first column whose cell begins like a formula; empty if none does.
func (r tableRow) formula() (column string) {
	first := len(r.cells)
	for key, i := range r.columns {
		if i >= first {
			continue
		}
		if _, bare := csv.Bare(r.cells[i]); bare {
			column, first = key, i
		}
	}
	return column
}

// MayExport demands that the actor can write such tables out.
func (p *Portal) MayExport(ctx context.Context, a Actor, t Table) error {
	return p.view(ctx, a, t.menu(), func(store.Tx, store.Account) error { return nil })
}

// ExportTable writes everything of a table that the actor may know of, in lang's headings, in a form that Import takes back.
// Nobody who writes waits for it: only that it was handed out is written.
func (p *Portal) ExportTable(ctx context.Context, a Actor, t Table, lang string, encoding csv.Encoding) (file []byte, err error) {
	var rows [][]string
	err = p.view(ctx, a, t.menu(), func(tx store.Tx, account store.Account) (err error) {
		rows, err = tableRows(ctx, tx, account, t, lang)
		return err
	})
	if err != nil {
		return nil, err
	}
	if file, err = encodedTable(encoding, rows); err != nil {
		return nil, err
	}
	err = p.update(ctx, a, t.menu(), func(tx store.Tx, account store.Account) error {
		detail := map[string]string{"by": "export", "table": string(t), "rows": fmt.Sprint(len(rows) - 1)}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedExport, "table:"+string(t), detail))
	})
	if err != nil {
		return nil, err
	}
	return file, nil
}

func encodedTable(encoding csv.Encoding, rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	err := csv.WriteAs(&b, encoding, rows)
	var unwritable *csv.UnwritableError
	if errors.As(err, &unwritable) {
		return nil, store.Fail(store.Invalid, "error.csv_unwritable", "%w", err).With("Sign", unwritable.Sign)
	}
	return b.Bytes(), err
}

// tableRows returns headings and rows.
func tableRows(ctx context.Context, tx store.Tx, account store.Account, t Table, lang string) (rows [][]string, err error) {
	var names []string
	for _, c := range t.Columns(lang) {
		names = append(names, c.Name)
	}
	rows = [][]string{names}
	add := func(cells ...string) { rows = append(rows, cells) }
	switch t {
	case TableAccounts:
		err = accountRows(ctx, tx, account, add)
	case TableCompanies:
		err = companyRows(ctx, tx, account, add)
	default:
		err = officeRows(ctx, tx, account, add)
	}
	return rows, err
}

func accountRows(ctx context.Context, tx store.Tx, account store.Account, add func(...string)) error {
	known, by := newNames(), scopeOf(tx, account)
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Accounts().List(ctx, "", page)
		if err != nil {
			return fmt.Errorf("list accounts: %w", err)
		}
		for _, one := range list.Items {
			if seen, err := by.manages(ctx, one); err != nil || !seen {
				if err != nil {
					return err
				}
				continue
			}
			item, err := known.item(ctx, tx, one)
			if err != nil {
				return err
			}
			as := accountColumns(one)
			if one.RoleID != "" {
				as["menus"] = ""
			}
			add(string(one.ID), string(one.CompanyID), one.Name, one.Email, string(one.TrustID), one.Subject, item.Role, as["menus"], as["offices"], string(one.State))
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

func joined(ids []store.ID) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteString(" ")
		}
		b.WriteString(string(id))
	}
	return b.String()
}

func companyRows(ctx context.Context, tx store.Tx, account store.Account, add func(...string)) error {
	by := scopeOf(tx, account)
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Companies().List(ctx, page)
		if err != nil {
			return fmt.Errorf("list companies: %w", err)
		}
		for _, c := range list.Items {
			seen, err := by.touches(ctx, c.ID)
			if err != nil {
				return err
			}
			if seen {
				add(string(c.ID), c.ExternalID, c.Name)
			}
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

func officeRows(ctx context.Context, tx store.Tx, account store.Account, add func(...string)) error {
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Offices().List(ctx, "", page)
		if err != nil {
			return fmt.Errorf("list offices: %w", err)
		}
		for _, o := range list.Items {
			if account.Reaches(o) {
				add(string(o.ID), string(o.CompanyID), o.ExternalID, o.Name, o.Codes.ReferenceCode, o.Codes.OfficeNumber, o.Codes.LaborInsuranceNumber,
					o.Codes.EmploymentInsuranceNumber, o.Codes.CorporateNumber, officeState(o))
			}
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

// officeState is what the table says of whether an office has ended.
func officeState(o store.Office) string {
	if o.Closed() {
		return "closed"
	}
	return "open"
}
