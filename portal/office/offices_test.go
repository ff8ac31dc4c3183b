package office_test

import (
	"fmt"
	"strings"
	"testing"

	"cloudpocket/store"
)

// TestManyOffices shows that the form offers every office, and that a list's filter says so when it does not.
func TestManyOffices(t *testing.T) {
	w := newWorld(t)
	boss, clerk := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView)
	if body := clerk.get("/deliveries").Body.String(); strings.Contains(body, "offices are shown") {
		t.Error("two offices are said to be cut")
	}
	for i := range store.MaxPage {
		id := store.ID(fmt.Sprintf("many-%d", i))
		must(t, w.setup.AddOffice(t.Context(), "firm", store.Office{ID: id, CompanyID: "x", Name: string(id), ExternalID: string(id)}))
	}
	expect(t, "filter", clerk.get("/deliveries"), 200, "The first 200 offices are shown.")
	form := boss.get("/desk/new").Body.String()
	if n := strings.Count(form, "name=office"); n != store.MaxPage+3 || !strings.Contains(form, fmt.Sprintf("/ %d offices chosen", n)) {
		t.Errorf("the form offers %d offices of %d, or says another number", n, store.MaxPage+3)
	}
	packed := boss.get("/desk/new", "Accept-Encoding", "gzip")
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Body.Len() > len(form)/3 {
		t.Errorf("%d bytes of %d travel: %v", packed.Body.Len(), len(form), packed.Header())
	}
}
