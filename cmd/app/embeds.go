package app

import (
	"fmt"
	"net/http"

	"cloudpocket/portal/page"
	"cloudpocket/portal/widget"
	"cloudpocket/store"
)

// embeds is what shows the portal in partners' pages.
func (a *App) embeds(pages *page.Pages) (*widget.Widget, error) {
	return widget.New(widget.Config{Portal: a.Portal, Pages: pages, Sessions: noEmbeds{}, Kept: a.Stores.Sessions, Marks: a.Stores.Marks, Now: a.now, Log: a.log})
}

// noEmbeds knows no token.
type noEmbeds struct{}

func (noEmbeds) Current(*http.Request) (store.Session, error) {
	return store.Session{}, fmt.Errorf("no embed has a session: %w", store.ErrNotFound)
}
