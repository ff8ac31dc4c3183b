package developers

import (
	"fmt"
	"net/http"
	"slices"

	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// Path is where the first chapter is.
const Path = "/developers"

// Config is what the pages need. All fields are needed.
type Config struct {
	Pages   *page.Pages
	BaseURL string // where partners reach this service, without a slash at the end
}

// Mount puts the pages on rt.
func Mount(rt *route.Router, c Config) {
	rt.Browser(http.MethodGet, Path, func(w http.ResponseWriter, r *http.Request) error { return c.show(w, r, chapters()[0]) })
	rt.Browser(http.MethodGet, Path+"/{chapter}", c.chapter)
}

// chapter shows the one that the address names; the first has an address of its own, and only that.
func (c Config) chapter(w http.ResponseWriter, r *http.Request) error {
	name := route.Var(r, "chapter")
	if name == playground {
		return c.playground(w, r)
	}
	i := slices.IndexFunc(chapters(), func(one chapter) bool { return one.name == name })
	if i < 1 {
		return fmt.Errorf("chapter %.40q: %w", name, store.ErrNotFound)
	}
	return c.show(w, r, chapters()[i])
}

func (c Config) show(w http.ResponseWriter, r *http.Request, one chapter) error {
	v := page.Manual{ManualFrame: c.frame(one.name), Parts: one.parts}
	for i := range v.Parts {
		for j, s := range v.Parts[i].Snippets {
			text, err := snippet(s.File, c.BaseURL)
			if err != nil {
				return err
			}
			v.Parts[i].Snippets[j].Text = text
			v.Parts[i].Snippets[j].File = shown(s.File)
		}
	}
	return c.Pages.Manual(w, r, v)
}

// Frame is what stands around the API's reference, which is the API's to show.
func (c Config) Frame() page.ManualFrame { return c.frame("reference") }

// frame is what stands around the chapter of that name.
func (c Config) frame(name string) page.ManualFrame {
	f := page.ManualFrame{Chapter: name, Base: c.BaseURL}
	for _, one := range chapters() {
		f.Chapters = append(f.Chapters, one.name)
	}
	f.Chapters = append(f.Chapters, playground, "reference")
	return f
}
