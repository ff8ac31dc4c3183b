package admin

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"cloudpocket/portal"
	"cloudpocket/portal/csv"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// inventoryTable hands out an inventory as CSV.
func (a *admin) inventoryTable(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	id, err := door.ID(r, "id")
	if err != nil {
		return err
	}
	n, err := a.Portal.InventoryReport(r.Context(), v.Actor, id, "csv", 0)
	if err != nil {
		return err
	}
	rows, err := inventoryCells(a.Pages.Words(route.Lang(r)), n)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", csv.Type)
	h.Set("Content-Disposition", `attachment; filename="inventory-`+string(id)+`.csv"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	return csv.Write(w, rows)
}

// inventoryColumns are the messages that head the columns.
func inventoryColumns() []string {
	return []string{"inventory.csv.month", "inventory.csv.id", "col.person", "inventory.csv.company", "inventory.csv.email", "inventory.csv.trust", "inventory.csv.subject",
		"inventory.csv.findings", "inventory.csv.addresses", "inventory.csv.menus", "inventory.csv.offices", "inventory.csv.created", "inventory.csv.signed_in",
		"inventory.csv.decision", "inventory.csv.note", "inventory.csv.decider", "inventory.csv.decided", "inventory.csv.signer", "inventory.csv.signed"}
}

func inventoryCells(words page.Words, n portal.InventoryReport) ([][]string, error) {
	s := &speaker{words: words}
	var head []string
	for _, key := range inventoryColumns() {
		head = append(head, s.say(key))
	}
	rows := [][]string{head}
	for _, i := range n.Items {
		addresses := ""
		if i.Was.Addresses > 0 {
			addresses = strconv.Itoa(i.Was.Addresses)
		}
		rows = append(rows, []string{string(n.ID), string(i.AccountID), i.Was.Name, i.Was.Company, i.Was.Email, i.Was.Trust, i.Was.Subject,
			s.findings(i.Findings), addresses, s.menus(i.Was.Permissions), s.offices(i.Was), stamp(i.Was.CreatedAt), stamp(i.Was.LastSignInAt),
			s.say("inventory.decision." + string(i.Decision)), i.Note, i.Decider, stamp(i.DecidedAt), n.SignedName, stamp(n.SignedAt)})
	}
	return rows, s.err
}

// speaker says one message after the other and keeps the first error.
type speaker struct {
	words page.Words
	err   error
}

func (s *speaker) say(key string) string {
	text, err := s.words.Say(key, nil)
	if err != nil && s.err == nil {
		s.err = fmt.Errorf("say %s: %w", key, err)
	}
	return text
}

func (s *speaker) findings(f store.Finding) string {
	var all []string
	for _, one := range f.Each() {
		all = append(all, s.say("inventory.finding."+one.String()))
	}
	return strings.Join(all, s.say("inventory.and"))
}

func (s *speaker) menus(p store.Permission) string {
	if p == 0 {
		return ""
	}
	var all []string
	for name := range strings.SplitSeq(p.String(), ",") {
		all = append(all, s.say("inventory.may."+name))
	}
	return strings.Join(all, s.say("inventory.and"))
}

// offices are the names of an account's offices, and the IDs of those whose names were not kept.
func (s *speaker) offices(was store.AccountSnapshot) string {
	switch {
	case was.Offices.All && was.CompanyID == "":
		return s.say("inventory.all_offices")
	case was.Offices.All:
		return s.say("inventory.all_of_company")
	}
	names := was.OfficeNames
	for _, id := range was.Offices.Offices[min(len(names), len(was.Offices.Offices)):] {
		names = append(names, string(id))
	}
	return strings.Join(names, s.say("inventory.and"))
}
