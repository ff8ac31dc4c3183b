package api

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/route"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// actor returns who comes with the request's bearer token (RFC 6750 2.1), if they do not come too often. Wrong tokens are
// counted by address, and none of that is held against a right one.
func (s *service) actor(w http.ResponseWriter, r *http.Request) (portal.Actor, error) {
	visit := s.Visit(r)
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	err := error(store.ErrExpired)
	a := portal.Actor{Visit: visit}
	if strings.EqualFold(scheme, "Bearer") {
		grant, wrong := s.Tokens.Bearer(r.Context(), strings.TrimSpace(token))
		a.TenantID, a.Client, a.Scopes, err = grant.TenantID, grant.ClientID, grant.Scopes, wrong
	}
	if err == nil {
		return a, s.paced(w, a.Client)
	}
	if !errors.Is(err, store.ErrExpired) {
		return portal.Actor{}, fmt.Errorf("look for an access token: %w", err)
	}
	if !s.failures.Take(sso.Network(visit.Address)) {
		return portal.Actor{}, tooMany(failureEvery)
	}
	return portal.Actor{}, &route.Answered{Status: http.StatusUnauthorized, Header: map[string]string{"WWW-Authenticate": `Bearer realm="api", error="invalid_token"`},
		Err: store.Fail(store.Expired, "error.access_token", "no access token that is good: %w", err)}
}

// paced counts a client's request, and tells it how many it may send still.
func (s *service) paced(w http.ResponseWriter, client store.ID) error {
	left, next, may := s.calls.TakeOne(string(client))
	w.Header().Set("RateLimit-Policy", fmt.Sprintf(`"client";q=%d;w=%d`, callBurst, int((callBurst*callEvery).Seconds())))
	w.Header().Set("RateLimit", fmt.Sprintf(`"client";r=%d;t=%d`, left, seconds(next)))
	if !may {
		return tooMany(next)
	}
	return nil
}

func tooMany(next time.Duration) error {
	return &route.Answered{Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": strconv.Itoa(max(1, seconds(next)))},
		Err: store.Fail(store.Unavailable, "error.too_many_requests", "too many requests")}
}

func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
