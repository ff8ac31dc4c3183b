package developers

import (
	"net/http"

	"cloudpocket/portal/page"
)

// playground is the chapter where the element shows invented data.
const playground = "playground"

func (c Config) playground(w http.ResponseWriter, r *http.Request) error {
	return c.Pages.Playground(w, r, page.Playground{ManualFrame: c.frame(playground), Modes: Modes()})
}

// Modes are what the element can show.
func Modes() []string { return []string{"list", "office", "document", "badge", "tray"} }
