package sqlstore

import (
	"cmp"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cloudpocket/store"
)

// global lists the queries that are not bound to a tenant, each with its reason.
var global = map[string]string{
	"CreateTenant":      "makes the tenant; the operator's",
	"GetTenant":         "the operator's and the wiring's: finds a tenant by its ID",
	"ListTenants":       "the operator's",
	"SetTenantState":    "changes the transaction's own tenant, whom nothing holds but its ID",
	"SetTenantContract": "as SetTenantState",
	"GetSystemEvent":    "the operator's",
	"ListSystemEvents":  "the operator's; what a tenant sees is ListSystemEventsOfTenant",
	"PruneSystemEvents": "removes what is old, whosever it was",
	"FindTrust":         "store.TrustDirectory: a message names the trust before a tenant is known",
	"FindTrustStamp":    "store.TrustDirectory",
	"FindEnabledTrusts": "store.TrustDirectory",
	"FindTrustWays":     "store.TrustDirectory: what the sign-in page offers everybody",
	"FindTrustDraft":    "store.TrustDirectory: a test runs against the draft",
	"FindSetupLink":     "store.TrustDirectory: by the hash of a secret of 256 random bits",
	"FindScimToken":     "store.TrustDirectory: by the hash of a secret of 256 random bits",
	"TenantOfClients":   "the state of the transaction's own tenant, whom nothing holds but its ID",
	"FindAPIClient":     "store.Records: a machine names itself before a tenant is known, and proves it by its keys",
	"CountTrustUsers":   "a number alone, asked once the trust is known to be the tenant's own: it may vouch for people of others",
	"FindFreeTasks":     "store.TaskQueue: whoever carries out work asks for that of every tenant, each task with its tenant",
	"CountOwedTasks":    "store.TaskQueue: how much work is owed in the deployment, by kind alone",
}

// unheld lists the queries on sessions and marks that are not bound to a tenant, each with its reason.
var unheld = map[string]string{
	"FindSession":         "by the hash of a token of 256 random bits: it is what says whose the request is",
	"TouchSession":        "by the hash of the token, as FindSession",
	"EndSession":          "by the hash of the token, as FindSession",
	"ListSessionsOfTrust": "as EndSessionsOfTrust",
	"EndSessionsOfTrust":  "a trust ends the sessions that it vouched for, in whichever tenants it serves; the tenant is optional",
	"SweepSessions":       "removes what has expired, whosever it was",
	"PutMark":             "a mark is found by its name alone, whose maker puts the trust or a secret into it",
	"ForgetMark":          "by name, as PutMark",
	"TakeMark":            "by name, as PutMark",
	"PeekMark":            "by name, as PutMark",
	"SweepMarks":          "removes what has expired, whosever it was",
}

// TestEveryQueryIsBoundToATenant reads the text of every generated query: each table that it names must be held to the
// tenant parameter, by itself or through one that is.
func TestEveryQueryIsBoundToATenant(t *testing.T) {
	for _, row := range []struct {
		folder string
		least  int
		free   map[string]string
	}{{"gen/records", 120, global}, {"gen/sessions", 13, unheld}} {
		t.Run(row.folder, func(t *testing.T) {
			queries := generated(t, row.folder)
			if len(queries) < row.least {
				t.Fatalf("found %d queries only", len(queries))
			}
			checkQueries(t, queries, row.free)
		})
	}
}

func checkQueries(t *testing.T, queries, free map[string]string) {
	t.Helper()
	for name, q := range queries {
		t.Run(name, func(t *testing.T) {
			if reason, ok := free[name]; ok {
				if reason == "" || held(q) == nil {
					t.Error("it is listed as not bound to a tenant, but is")
				}
				return
			}
			for _, loose := range held(q) {
				t.Errorf("%s is not held to the tenant in\n%s", loose, q)
			}
		})
	}
	for name := range free {
		if queries[name] == "" {
			t.Errorf("there is no query %s", name)
		}
	}
}

// TestHeldFindsWhatIsLoose keeps the reading of queries from being satisfied by less than a tenant.
func TestHeldFindsWhatIsLoose(t *testing.T) {
	for q, want := range map[string][]string{
		"SELECT id FROM sessions WHERE tenant_id = ?1 AND id = ?2":                           nil,
		"SELECT id FROM sessions WHERE id = ?1":                                              {"sessions"},
		"DELETE FROM sessions WHERE trust_id = ?1 AND (tenant_id = ?2 OR ?2 = '')":           {"sessions"},
		"DELETE FROM sessions s WHERE s.trust_id = ?1 AND (s.tenant_id = ?2 OR ?2 = '')":     {"s"},
		"DELETE FROM sessions WHERE tenant_id = ?1 AND (subject = ?2 OR ?2 = '')":            nil,
		"INSERT INTO sessions (key, id, tenant_id) VALUES (?1, ?2, ?3)":                      nil,
		"INSERT INTO sessions (key, id) VALUES (?1, ?2)":                                     {"what is inserted"},
		"INSERT INTO sessions (key, tenant_id) VALUES (?1, '')":                              {"what is inserted"},
		"INSERT INTO a (tenant_id, id) SELECT d.tenant_id, d.id FROM d WHERE tenant_id = ?1": nil,
		"INSERT INTO a (id, tenant_id) SELECT d.tenant_id, d.id FROM d WHERE tenant_id = ?1": {"what is inserted"},
	} {
		if got := held(q); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", q, got, want)
		}
	}
}

// generated returns the text of every query constant in a folder, after checking that each exported method of Queries has
// one.
func generated(t *testing.T, folder string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	texts, methods := map[string]string{}, []string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				maps.Copy(texts, constants(d))
			case *ast.FuncDecl:
				if d.Recv != nil && d.Name.IsExported() && d.Name.Name != "WithTx" {
					methods = append(methods, d.Name.Name)
				}
			}
		}
	}
	for _, m := range methods {
		if texts[m] == "" {
			t.Errorf("%s has no text", m)
		}
	}
	if len(methods) != len(texts) {
		t.Errorf("%d methods have %d texts", len(methods), len(texts))
	}
	return texts
}

func constants(d *ast.GenDecl) map[string]string {
	texts := map[string]string{}
	for _, spec := range d.Specs {
		if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.CONST {
			texts[v.Names[0].Name], _ = strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		}
	}
	return texts
}

var (
	tableRef  = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|UPDATE)\s+([a-z_]+)(?:\s+(?:AS\s+)?([a-z]\b))?`)
	insertRef = regexp.MustCompile(`(?i)\bINSERT INTO\s+[a-z_]+\s*\(([^)]*)\)\s*(?:VALUES\s*\(([^)]*)|SELECT\s+([a-z]\.tenant_id)\b)`)
	paramRef  = regexp.MustCompile(`(?:\b([a-z_]+)\.)?tenant_id = (?:CAST\()?\?\d+`)
	maybeRef  = regexp.MustCompile(`\((?:[a-z_]+\.)?tenant_id = \?\d+ OR \?\d+ = ''\)`) // no tenant holds as well as one
	joinRef   = regexp.MustCompile(`\b([a-z_]+)\.tenant_id = ([a-z_]+)\.tenant_id`)
	tenantRef = regexp.MustCompile(`\bFROM tenants n WHERE n\.id = ([a-z])\.tenant_id\b`)
	trustRef  = regexp.MustCompile(`\bt\.id = (\(SELECT )?b\.trust_id\b`)
)

// held returns the tables of q that are not held to a tenant parameter; nil when all are.
func held(q string) (loose []string) {
	q, bound := maybeRef.ReplaceAllString(q, ""), map[string]bool{}
	var tables []string
	for _, m := range tableRef.FindAllStringSubmatch(q, -1) {
		if name := cmp.Or(m[2], m[1]); name != "SET" {
			tables = append(tables, name)
		}
	}
	for _, m := range paramRef.FindAllStringSubmatch(q, -1) {
		if m[1] != "" {
			bound[m[1]] = true
		} else if len(tables) > 0 {
			bound[tables[0]] = true // an unqualified column is the first table's: sqlc refuses it when ambiguous
		}
	}
	if bound["t"] && strings.Contains(q, "WHERE trust_id IN\n    (SELECT t.id FROM trusts t") {
		bound["trust_tenants"] = true // the bindings of a trust are its owner's
	}
	for range tables {
		for _, m := range joinRef.FindAllStringSubmatch(q, -1) {
			bound[m[1]] = bound[m[1]] || bound[m[2]]
			bound[m[2]] = bound[m[2]] || bound[m[1]]
		}
	}
	if m := tenantRef.FindStringSubmatch(q); m != nil && bound[m[1]] {
		bound["n"] = true // the tenant itself
	}
	if trustRef.MatchString(q) && bound["b"] {
		bound["t"] = true // a trust is another tenant's record, lent to those that its bindings name
	}
	if strings.Contains(q, "INSERT INTO") && !insertsTenant(q) {
		loose = append(loose, "what is inserted")
	}
	for _, name := range tables {
		if !bound[name] && !slices.Contains(loose, name) {
			loose = append(loose, name)
		}
	}
	return loose
}

// insertsTenant reports whether a parameter, or the first column of what is selected, becomes tenant_id.
func insertsTenant(q string) bool {
	m := insertRef.FindStringSubmatch(q)
	if m == nil {
		return false
	}
	i := slices.Index(columns(m[1]), "tenant_id")
	if m[3] != "" {
		return i == 0
	}
	values := columns(m[2])
	return i >= 0 && i < len(values) && regexp.MustCompile(`^\?\d+$`).MatchString(values[i])
}

func columns(list string) []string {
	all := strings.Split(list, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// A wrong visible, or a list of offices that was shortened behind the receipts' back, shows nothing.
func TestInboxLooksAgain(t *testing.T) {
	s, ctx := openTest(t, sqliteConfig(t)), t.Context()
	smallFirm(t, s, 5)
	for _, row := range []struct {
		name, statement string
		want            int
	}{
		{"as it is", "SELECT 1", 5},
		{"one withdrawn", "UPDATE deliveries SET state = 'withdrawn' WHERE id = 'd3'", 4},
		{"the office taken away", "DELETE FROM account_offices", 0},
		{"all offices", "UPDATE accounts SET all_offices = 1", 4},
		{"another company's", "UPDATE accounts SET company_id = 'else'", 0},
	} {
		if _, err := s.back.(*lite).writes.ExecContext(ctx, "PRAGMA foreign_keys = off; "+row.statement); err != nil {
			t.Fatal(err)
		}
		for limit := 1; limit < 7; limit++ {
			if got := readAll(t, s, limit); got != row.want {
				t.Errorf("%s, in pages of %d: %d items, want %d", row.name, limit, got, row.want)
			}
		}
	}
}

func readAll(t *testing.T, s *Store, limit int) (n int) {
	p := store.Page{Limit: limit}
	for {
		var l store.List[store.InboxItem]
		err := s.View(t.Context(), "firm", func(tx store.Tx) (err error) {
			l, err = tx.Receipts().Inbox(t.Context(), "one", store.InboxFilter{}, p)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, p.After = n+len(l.Items), l.Next; l.Next == "" {
			return n
		}
	}
}

// smallFirm makes the tenant "firm" with one office "of", one account "one" of it, and n deliveries d0, d1 …
func smallFirm(t testing.TB, s *Store, n int) {
	t.Helper()
	ctx := context.Background()
	if err := s.Tenants().Create(ctx, store.Tenant{ID: "firm", State: store.TenantActive}); err != nil {
		t.Fatal(err)
	}
	err := s.Update(ctx, "firm", func(tx store.Tx) error {
		must(t, tx.Companies().Create(ctx, store.Company{ID: "co"}))
		must(t, tx.Offices().Create(ctx, store.Office{ID: "of", CompanyID: "co"}))
		must(t, tx.Accounts().Create(ctx, store.Account{
			ID: "one", CompanyID: "co", State: store.AccountActive, Offices: store.OfficeScope{Offices: []store.ID{"of"}},
		}))
		for i := range n {
			id := store.ID("d" + strconv.Itoa(i))
			must(t, tx.Documents().Create(ctx, store.Document{ID: id, CreatedAt: benchTime}))
			must(t, tx.Deliveries().Create(ctx, store.Delivery{ID: id, DocumentID: id, OfficeID: "of"}))
			_, err := tx.Deliveries().Deliver(ctx, id, "staff", benchTime)
			must(t, err)
		}
		return nil
	})
	must(t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
