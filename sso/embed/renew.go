package embed

import (
	"context"
	"fmt"
	"net/http"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// renew gives a frame another token for the same key, as long as the session stands that it was opened from. The token before is
// good until it ends by itself, so that an answer which is lost costs nothing. Whoever came by a code brings another one instead.
func (k *Keeper) renew(w http.ResponseWriter, r *http.Request) error {
	v := k.Visit(r)
	if !k.asks.Take(sso.Network(v.Address)) {
		return k.refuse(w, v, errBusy)
	}
	s, err := k.find(r)
	if err != nil {
		return k.refuse(w, v, err)
	}
	if s.Embed.Parent == "" {
		return k.refuse(w, v, refuse(reasonUnrenewable, "the embed came by its partner's code"))
	}
	answer, err := k.begin(r.Context(), s, s.Ends, v, func(ctx context.Context, s store.Session) error {
		return k.Records.View(ctx, s.TenantID, func(tx store.Tx) error { return stands(ctx, tx, s.Embed) })
	})
	if err != nil {
		return k.refuse(w, v, err)
	}
	return write(w, http.StatusOK, answer)
}

// end ends the embed that r comes with: the frame is closed.
func (k *Keeper) end(w http.ResponseWriter, r *http.Request) error {
	v := k.Visit(r)
	s, err := k.find(r)
	if err != nil {
		return k.refuse(w, v, err)
	}
	if err := k.endFor(r.Context(), s.Key, v, "person"); err != nil {
		return fmt.Errorf("end an embed: %w", err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
