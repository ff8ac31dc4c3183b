package widget

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"cloudpocket/portal/route"
)

//go:embed assets
var assetFiles embed.FS

// assetPrefix is where what the frame's page loads is, below a hash of all of it: what is at an address never changes.
const assetPrefix = "/embed/assets/"

type assets struct {
	hash  string
	files map[string][]byte
}

func loadAssets() (*assets, error) {
	a := &assets{files: map[string][]byte{}}
	names, err := fs.Glob(assetFiles, "assets/*")
	if err != nil {
		return nil, fmt.Errorf("list the scripts of the widget: %w", err)
	}
	sum := sha256.New()
	for _, name := range names {
		b, err := assetFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a script of the widget: %w", err)
		}
		a.files[path.Base(name)] = b
		fmt.Fprintf(sum, "%s %d\n", name, len(b))
		sum.Write(b)
	}
	a.hash = hex.EncodeToString(sum.Sum(nil))[:16]
	return a, nil
}

// path returns the address of what the frame's page loads.
func (a *assets) path(name string) string { return assetPrefix + a.hash + "/" + name }

// ServeHTTP answers for what the frame's page loads, which may be kept for ever.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, assetPrefix), "/")
	if _, ok := a.files[name]; !ok || hash != a.hash {
		http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	a.serve(w, r, name)
}

func (a *assets) serve(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	h.Set("Content-Type", map[string]string{".js": "text/javascript; charset=utf-8", ".ts": "text/plain; charset=utf-8", ".css": "text/css; charset=utf-8"}[path.Ext(name)])
	sum := sha256.Sum256(a.files[name])
	h.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.files[name]))
}

// script answers with what partners' pages load from their own origins (Fetch 3.7, Cross-Origin-Resource-Policy). Its address
// stays, so it is asked for again every five minutes.
func (wi *Widget) script(name string) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		h := w.Header()
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cache-Control", "public, max-age=300")
		wi.assets.serve(w, r, name)
		return nil
	}
}
