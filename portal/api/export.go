package api

import (
	"context"
	"net/http"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/api/gen"
)

// exportAgain is when whoever asks for an export while another of theirs runs may ask again.
const exportAgain = time.Minute

// Export answers with an archive of everything, one for each client at a time.
func (c call) Export(ctx context.Context, r gen.ExportRequestObject) (gen.ExportResponseObject, error) {
	if _, runs := c.exports.LoadOrStore(c.actor.Client, true); runs {
		return nil, tooMany(exportAgain)
	}
	e, err := c.Portal.ExportOfParent(ctx, c.actor, text(r.Params.Company))
	if err != nil {
		c.exports.Delete(c.actor.Client)
		return nil, wrapped(err, "export")
	}
	return archive{c, ctx, e}, nil
}

// archive is an export that is written as the answer.
type archive struct {
	call
	ctx    context.Context
	export *portal.Export
}

// VisitExportResponse writes it. One that breaks off cuts the connection, so that nobody takes it for whole.
func (a archive) VisitExportResponse(w http.ResponseWriter) error {
	defer a.exports.Delete(a.actor.Client)
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="export.zip"`)
	if err := a.export.WriteTo(a.ctx, w, nil); err != nil {
		a.router.Log.ErrorContext(a.ctx, "an export broke off", "client", a.actor.Client, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}
