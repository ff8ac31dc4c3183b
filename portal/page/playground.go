package page

import "net/http"

// Playground is where developers see the element with invented data.
type Playground struct {
	ManualFrame
	Modes []string
}

// Playground shows it.
func (p *Pages) Playground(w http.ResponseWriter, r *http.Request, v Playground) error {
	return p.show(w, r, http.StatusOK, "playground", Shell{}, v)
}
