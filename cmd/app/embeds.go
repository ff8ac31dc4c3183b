package app

import (
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/portal/widget"
	"cloudpocket/sso/embed"
)

// openEmbeds returns what shows the portal in partners' pages.
func (a *App) openEmbeds(pages *page.Pages, browsers door.Sessions, keeper *embed.Keeper) (*widget.Widget, error) {
	return widget.New(widget.Config{Portal: a.Portal, Pages: pages, Browsers: &door.Door{Portal: a.Portal, Sessions: browsers, Pages: pages, SignIn: "/sign-in"},
		Codes: embed.Codes{Marks: a.Stores.Marks}, Sessions: keeper, Kept: a.Stores.Sessions, Marks: a.Stores.Marks, Now: a.now, Log: a.log})
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
