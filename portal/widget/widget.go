package widget

import (
	"log/slog"
	"net/http"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// Config is what the widget works on. All fields are needed.
type Config struct {
	Portal   *portal.Portal
	Pages    *page.Pages
	Sessions door.Sessions  // finds the session of a request by its token and the proof of its key
	Kept     store.Sessions // where sessions are kept
	Marks    store.Marks
	Now      func() time.Time
	Log      *slog.Logger
}

// Widget shows the portal in the pages of partners.
type Widget struct {
	Config
	router *route.Router
	assets *assets
}

// New reads the embedded scripts; an error is a fault of the build.
func New(c Config) (*Widget, error) {
	a, err := loadAssets()
	if err != nil {
		return nil, err
	}
	return &Widget{Config: c, assets: a}, nil
}

// Mount puts the widget on rt.
func (w *Widget) Mount(rt *route.Router) {
	w.router = rt
	rt.Shared(http.MethodGet, "/embed.js", w.script("embed.js"))
	rt.Shared(http.MethodGet, "/embed.d.ts", w.script("embed.d.ts"))
	rt.Assets(assetPrefix, w.assets)
	w.mountMock(rt)
	rt.Shared(http.MethodGet, "/embed/{client}", w.frame)
}
