package portal_test

import (
	"errors"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// always lets everything be put.
func always[T any](*T) error { return nil }

// parentTries are the methods by which the parent product calls companies and offices by its own IDs.
func parentTries(trove, map[store.ID]portal.StagedFile) tries {
	return tries{
		"PutCompany": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.PutCompany(t.Context(), a, store.Company{ExternalID: "c", Name: "会社"}, always)
			return err
		},
		"PutOffice": func(t *testing.T, w *world, a portal.Actor) error {
			_, _, err := w.PutOffice(t.Context(), a, "c", store.Office{ExternalID: "o", Name: "支店"}, false, portal.Unsaid{}, always)
			return err
		},
		"OfficesOfCompany": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.OfficesOfCompany(t.Context(), a, "c", store.Page{})
			return err
		},
		"OfficesOfParent": func(t *testing.T, w *world, a portal.Actor) error {
			_, err := w.OfficesOfParent(t.Context(), a, []string{"ext-x1"})
			return err
		},
	}
}

// TestParentPutsPlaces creates and changes companies and offices by the parent product's own IDs: what is so already is left
// alone, and whoever has a list of offices makes nothing new.
func TestParentPutsPlaces(t *testing.T) {
	w := newWorld(t)
	whole := w.client(t, store.APIClient{Scopes: store.ScopePlaces, Offices: store.OfficeScope{All: true}}, store.ScopePlaces)
	company := func(name string) (store.Company, bool) {
		c, made, err := w.PutCompany(t.Context(), whole, store.Company{ExternalID: "c-1", Name: name}, always)
		must(t, err)
		return c, made
	}
	office := func(name string, closed bool) (store.Office, bool) {
		o, made, err := w.PutOffice(t.Context(), whole, "c-1", store.Office{ExternalID: "o-1", Name: name, Codes: store.OfficeCodes{CorporateNumber: "1234567890123"}}, closed, portal.Unsaid{}, always)
		must(t, err)
		return o, made
	}
	first, made := company("株式会社 青空")
	again, twice := company("株式会社 青空")
	renamed, _ := company("株式会社 大空")
	if !made || twice || again != first || renamed.ID != first.ID || renamed.Name != "株式会社 大空" {
		t.Errorf("%+v (%t), %+v (%t), %+v", first, made, again, twice, renamed)
	}
	o, made := office("本店", false)
	before := w.head(t, "a")
	if same, twice := office("本店", false); same != o || twice || !made || w.head(t, "a") != before {
		t.Errorf("%+v (%t), then %+v (%t)", o, made, same, twice)
	}
	ended, _ := office("本店", true)
	w.now = w.now.Add(time.Hour)
	if still, _ := office("本店", true); !ended.Closed() || still != ended {
		t.Errorf("ended as %+v, then %+v", ended, still)
	}
	if open, _ := office("本店", false); open != o {
		t.Errorf("open again as %+v, was %+v", open, o)
	}
	list, err := w.OfficesOfCompany(t.Context(), whole, "c-1", store.Page{})
	if must(t, err); len(list.Items) != 1 || list.Items[0] != o {
		t.Errorf("listed %+v", list)
	}
}

// TestParentPutsNothingBeyond has machines put what is not theirs to put, on condition, or nowhere.
func TestParentPutsNothingBeyond(t *testing.T) {
	w := newWorld(t)
	whole := w.client(t, store.APIClient{Scopes: store.ScopePlaces, Offices: store.OfficeScope{All: true}}, store.ScopePlaces)
	some := w.client(t, store.APIClient{Scopes: store.ScopePlaces, Offices: store.OfficeScope{Offices: []store.ID{"x1"}}}, store.ScopePlaces)
	stop := store.Fail(store.Conflict, "error.stop", "no")
	put := func(a portal.Actor, company, office, name string, may func(*store.Office) error) error {
		_, _, err := w.PutOffice(t.Context(), a, company, store.Office{ExternalID: office, Name: name}, false, portal.Unsaid{}, may)
		return err
	}
	before := w.head(t, "a")
	for name, row := range map[string]struct{ got, want error }{
		"an office of another company":    {put(whole, "ext-y", "ext-x1", "事業所 x1", always), store.ErrConflict},
		"of a company of nobody":          {put(whole, "none", "o", "支店", always), store.ErrNotFound},
		"of a company out of reach":       {put(some, "ext-y", "o", "支店", always), store.ErrNotFound},
		"a new office":                    {put(some, "ext-x", "o", "支店", always), store.ErrDenied},
		"an office out of reach":          {put(some, "ext-x", "ext-x2", "支店", always), store.ErrDenied},
		"another name for its own":        {put(some, "ext-x", "ext-x1", "支店", always), store.ErrDenied},
		"its own as it is":                {put(some, "ext-x", "ext-x1", "事業所 x1", always), nil},
		"without an ID":                   {put(whole, "ext-x", " ", "支店", always), store.ErrInvalid},
		"without a name":                  {put(whole, "ext-x", "o", " ", always), store.ErrInvalid},
		"what the condition is not for":   {put(whole, "ext-x", "o", "支店", func(*store.Office) error { return stop }), stop},
		"what the condition is not for 2": {put(whole, "ext-x", "ext-x1", "支店", func(*store.Office) error { return stop }), stop},
	} {
		if !errors.Is(row.got, row.want) {
			t.Errorf("%s: %v, want %v", name, row.got, row.want)
		}
	}
	if _, _, err := w.PutCompany(t.Context(), some, store.Company{ExternalID: "ext-x", Name: "会社"}, always); !errors.Is(err, store.ErrDenied) {
		t.Errorf("a company by who has some offices: %v", err)
	}
	if after := w.head(t, "a"); after != before {
		t.Errorf("the log went from %v to %v", before, after)
	}
}

// TestOfficesOfParent demands that an office is found by the parent product's ID alone, and in scope.
func TestOfficesOfParent(t *testing.T) {
	w := newWorld(t)
	must(t, w.setup.AddOffice(t.Context(), "a", store.Office{ID: "y2", CompanyID: "y", Name: "紛らわしい", ExternalID: "x1"}))
	a := w.client(t, store.APIClient{Scopes: store.ScopeDocuments, Offices: store.OfficeScope{Offices: []store.ID{"x1", "y2"}}}, store.ScopeDocuments)
	if ids, err := w.OfficesOfParent(t.Context(), a, []string{"x1", "ext-x1"}); err != nil || len(ids) != 2 || ids[0] != "y2" || ids[1] != "x1" {
		t.Errorf("%v, %v", ids, err)
	}
	for _, external := range []string{"ext-x2", "y2", "", "none"} {
		if _, err := w.OfficesOfParent(t.Context(), a, []string{external}); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%q: %v", external, err)
		}
	}
}

// TestOfficesOfParentPermission demands the menu of who delivers, which no client company's own has.
func TestOfficesOfParentPermission(t *testing.T) {
	w := newWorld(t)
	for name, row := range map[string]struct {
		who
		want error
	}{
		"may deliver":        {who{tenant: "a", permissions: store.PermitDeliver}, nil},
		"all but that":       {who{tenant: "a", permissions: store.PermitAll &^ store.PermitDeliver}, store.ErrDenied},
		"of a company":       {who{tenant: "a", company: "x", permissions: store.PermitAll}, store.ErrDenied},
		"of another's scope": {who{tenant: "a", offices: []store.ID{"y1"}, permissions: store.PermitDeliver}, store.ErrInvalid},
	} {
		if _, err := w.OfficesOfParent(t.Context(), w.add(t, w.fresh(), row.who), []string{"ext-x1"}); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", name, err, row.want)
		}
	}
}

// TestClientsPlan has a machine plan what waits for its time: it is made if the machine may deliver there then still.
func TestClientsPlan(t *testing.T) {
	change := func(edit func(*store.APIClient)) func(*testing.T, *world, store.ID) {
		return func(t *testing.T, w *world, id store.ID) {
			must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
				c, err := tx.APIClients().Get(t.Context(), id)
				must(t, err)
				edit(&c)
				return tx.APIClients().Update(t.Context(), c)
			}))
		}
	}
	for name, row := range map[string]struct {
		meanwhile func(*testing.T, *world, store.ID)
		want      store.DeliveryState
	}{
		"as it was":    {func(*testing.T, *world, store.ID) {}, store.DeliveryDelivered},
		"switched off": {change(func(c *store.APIClient) { c.State = store.ClientDisabled }), store.DeliveryDraft},
		"less scopes":  {change(func(c *store.APIClient) { c.Scopes = store.ScopePlaces }), store.DeliveryDraft},
		"less offices": {change(func(c *store.APIClient) { c.Offices = store.OfficeScope{Offices: []store.ID{"y1"}} }), store.DeliveryDraft},
		"removed": {func(t *testing.T, w *world, id store.ID) {
			must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error { return tx.APIClients().Delete(t.Context(), id) }))
		}, store.DeliveryDraft},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			a := w.client(t, store.APIClient{Scopes: store.ScopeAll, Offices: store.OfficeScope{All: true}}, store.ScopeDocuments)
			id, err := w.Publish(t.Context(), a, portal.Draft{Title: "通知書", Kind: "other", Files: []portal.StagedFile{w.stage(t, a, "a.txt", "a")}, Offices: []store.ID{"x1"}, Deliver: true, DueAt: w.now.Add(time.Hour)})
			must(t, err)
			boss := portal.Actor{TenantID: "a", AccountID: "boss", TrustID: "saml-a"}
			delivery := w.deliveries(t, boss, id)["x1"]
			row.meanwhile(t, w, a.Client)
			w.now = w.now.Add(2 * time.Hour)
			must(t, w.Release(t.Context(), store.Task{TenantID: "a", Kind: store.TaskRelease, Subject: string(delivery)}))
			d, err := w.DeskDocument(t.Context(), boss, id)
			if must(t, err); d.Deliveries[0].State != row.want {
				t.Errorf("it is %s, want %s", d.Deliveries[0].State, row.want)
			}
		})
	}
}
