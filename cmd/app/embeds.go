package app

import (
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/portal/widget"
	"cloudpocket/sso/embed"
)

// openEmbeds returns what shows the portal in partners' pages.
func (a *App) openEmbeds(pages *page.Pages, keeper *embed.Keeper) (*widget.Widget, error) {
	return widget.New(widget.Config{Portal: a.Portal, Pages: pages, Sessions: keeper, Kept: a.Stores.Sessions, Marks: a.Stores.Marks, Now: a.now, Log: a.log})
}

// embedKeeper lets people in to partners' pages.
func (a *App) embedKeeper() *embed.Keeper {
	return embed.New(embed.Config{BaseURL: a.config.BaseURL, Records: a.Stores.Records, Sessions: a.Stores.Sessions, Marks: a.Stores.Marks, Admitter: a.Portal,
		Visit: visit, Now: a.now, Log: a.log})
}

func mountEmbeds(rt *route.Router, keeper *embed.Keeper) {
	for _, one := range keeper.Routes() {
		rt.Frame(one.Method, one.Pattern, one.Handle)
	}
}
