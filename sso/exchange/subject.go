package exchange

import (
	"net/http"
	"slices"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// What a token exchange is called, and what goes into one and comes out (RFC 8693 3).
const (
	tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
	idTokenType   = "urn:ietf:params:oauth:token-type:id_token"
	samlType      = "urn:ietf:params:oauth:token-type:saml2"
	codeType      = "urn:cloudpocket:params:oauth:token-type:embed-code"
)

// Why a request for an exchange was refused before its token was judged: one reason per rule.
const (
	reasonScope         sso.Reason = "exchange.scope"
	reasonNoOrigin      sso.Reason = "exchange.origin_none"    // the client has none
	reasonOriginMissing sso.Reason = "exchange.origin_missing" // and it has several
	reasonOrigin        sso.Reason = "exchange.origin"         // it is none of the client's
	reasonNoTrust       sso.Reason = "exchange.trust_unknown"
	reasonTrusts        sso.Reason = "exchange.trust_several"
	reasonTrustDisabled sso.Reason = "exchange.trust_disabled"
)

// subject is what a request for an exchange says of whom it is about, and what the code is for.
type subject struct {
	token  string
	kind   string   // subject_token_type
	wanted string   // requested_token_type
	actor  bool     // somebody else is to act for them
	at     []string // resource and audience: where the code is to be used
	origin string   // of the page
	trust  string
}

func subjectOf(one map[string]string) subject {
	q := subject{token: one["subject_token"], kind: one["subject_token_type"], wanted: one["requested_token_type"], origin: one["origin"], trust: one["trust"],
		actor: one["actor_token"] != "" || one["actor_token_type"] != ""}
	for _, name := range []string{"resource", "audience"} {
		if one[name] != "" {
			q.at = append(q.at, one[name])
		}
	}
	return q
}

// protocol demands an exchange of the one kind that there is here (RFC 8693 2.1), and returns whose token it is about.
func (s *Service) protocol(q request) (store.Protocol, error) {
	p, known := map[string]store.Protocol{idTokenType: store.OIDC, samlType: store.SAML}[q.subject.kind]
	switch {
	case q.subject.token == "":
		return "", invalidRequest("there is no subject_token")
	case !known:
		return "", invalidRequest("the subject_token_type is neither id_token nor saml2")
	case q.subject.wanted != "" && q.subject.wanted != codeType:
		return "", invalidRequest("the requested_token_type is another than an embed code")
	case q.subject.actor:
		return "", invalidRequest("there is an actor: nobody acts for people here")
	case slices.ContainsFunc(q.subject.at, func(at string) bool { return at != s.BaseURL }):
		return "", &problem{status: http.StatusBadRequest, code: "invalid_target", err: invalidRequest("the resource or audience is another than us")}
	}
	return p, nil
}

// page demands that c may have codes for people at all, and returns the origin of the page that this one is for.
func page(c store.APIClient, q request) (string, error) {
	if !c.Scopes.Has(store.ScopeEmbed) {
		return "", told("unauthorized_client", reasonScope, "API client %s has the scopes %q", c.ID, c.Scopes)
	}
	if q.scoped {
		if asked, err := store.ParseScope(q.scope); err != nil || asked != store.ScopeEmbed {
			return "", invalidScope("%.80q was asked for, an embed code has the scope embed alone", q.scope)
		}
	}
	switch origin := q.subject.origin; {
	case len(c.Origins) == 0:
		return "", told("unauthorized_client", reasonNoOrigin, "API client %s has no origins", c.ID)
	case origin == "" && len(c.Origins) > 1:
		return "", told("invalid_request", reasonOriginMissing, "API client %s has %d origins, and none is named", c.ID, len(c.Origins))
	case origin == "":
		return c.Origins[0], nil
	case !slices.Contains(c.Origins, origin):
		return "", told("invalid_target", reasonOrigin, "%.200q is none of the origins %q of API client %s", origin, c.Origins, c.ID)
	default:
		return origin, nil
	}
}

// told is a refusal of a client that has proved itself.
func told(code string, reason sso.Reason, format string, args ...any) error {
	return &problem{status: http.StatusBadRequest, code: code, err: sso.Refuse(reason, sso.KeyMessage, format, args...), told: true}
}
