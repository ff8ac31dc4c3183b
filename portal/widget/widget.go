package widget

import (
	"log/slog"
	"net/http"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/sso/embed"
	"cloudpocket/store"
)

// Config is what the widget works on. All fields are needed.
type Config struct {
	Portal   *portal.Portal
	Pages    *page.Pages
	Browsers *door.Door     // lets browsers in
	Codes    embed.Codes    // what the popup gives
	Sessions door.Sessions  // finds the session of a request by its token and the proof of its key
	Kept     store.Sessions // where sessions are kept
	Marks    store.Marks
	Now      func() time.Time
	Log      *slog.Logger
}

// Widget shows the portal in the pages of partners.
type Widget struct {
	Config
	Door   *door.Door // the way in for embeds
	router *route.Router
	assets *assets
	watch  *watch
}

// New reads the embedded scripts; an error is a fault of the build.
func New(c Config) (*Widget, error) {
	a, err := loadAssets()
	if err != nil {
		return nil, err
	}
	w := &Widget{Config: c, assets: a, watch: newWatch()}
	w.Door = &door.Door{Portal: c.Portal, Sessions: sessions{c.Sessions}, Pages: c.Pages, Embeds: true}
	w.watch.look, w.watch.logEnd, w.watch.log = w.look, c.Portal.LogEnd, c.Log
	return w, nil
}

// Stop ends all streams and takes no more: a server that stops waits for them.
func (w *Widget) Stop() { w.watch.stop() }

// Close is Stop that waits until nobody looks after them any more.
func (w *Widget) Close() {
	w.watch.stop()
	w.watch.work.Wait()
}

// Mount puts the widget on rt.
func (w *Widget) Mount(rt *route.Router) {
	w.router = rt
	rt.Shared(http.MethodGet, "/embed.js", w.script("embed.js"))
	rt.Shared(http.MethodGet, "/embed.d.ts", w.script("embed.d.ts"))
	rt.Assets(assetPrefix, w.assets)
	w.mountMock(rt)
	rt.Frame(http.MethodPost, "/embed/once", w.Door.SignedIn(w.give))
	rt.Frame(http.MethodGet, oncePath+"{secret}", w.spend)
	rt.Frame(http.MethodGet, "/embed/events", w.Door.SignedIn(w.events))
	rt.Shared(http.MethodGet, "/embed/{client}", w.frame)
	rt.Browser(http.MethodGet, "/embed/{client}/popup", w.popup())
}
