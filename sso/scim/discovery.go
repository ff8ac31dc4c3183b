package scim

import (
	"context"
	"net/http"
	"strings"

	"cloudpocket/store"
)

// provider says what we can do (RFC 7643 5).
func (c call) provider(context.Context) (answer, error) {
	can := func(yes bool) map[string]any { return map[string]any{"supported": yes} }
	return answer{status: http.StatusOK, body: map[string]any{
		"schemas": []string{urnProvider},
		"patch":   can(true), "etag": can(true), "sort": can(false), "changePassword": can(false),
		"filter": map[string]any{"supported": true, "maxResults": maxCount},
		"bulk":   map[string]any{"supported": true, "maxOperations": maxBulk, "maxPayloadSize": maxBody},
		"authenticationSchemes": []any{map[string]any{
			"type": "oauthbearertoken", "name": "Bearer token", "primary": true,
			"description": "A token that an administrator made for this trust, in the Authorization header",
		}},
		"meta": map[string]any{"resourceType": "ServiceProviderConfig", "location": c.base + "/ServiceProviderConfig"},
	}}, nil
}

func (c call) types(context.Context) (answer, error) {
	items := []any{sayType(c.base, KindUser), sayType(c.base, KindGroup)}
	return listed200(len(items), 1, items), nil
}

func (c call) oneType(context.Context) (answer, error) {
	for _, kind := range []Kind{KindUser, KindGroup} {
		if strings.EqualFold(string(kind), c.id) {
			return answer{status: http.StatusOK, body: sayType(c.base, kind)}, nil
		}
	}
	return answer{}, store.ErrNotFound
}

// all are the schemas that there are.
func all() []schema {
	return append([]schema{userSchema, groupSchema}, userSchema.extensions...)
}

func (c call) schemas(context.Context) (answer, error) {
	items := []any{}
	for _, s := range all() {
		items = append(items, s.say(c.base))
	}
	return listed200(len(items), 1, items), nil
}

func (c call) oneSchema(context.Context) (answer, error) {
	for _, s := range all() {
		if strings.EqualFold(s.urn, c.id) {
			return answer{status: http.StatusOK, body: s.say(c.base)}, nil
		}
	}
	return answer{}, store.ErrNotFound
}
