package oidcrp

import "cloudpocket/sso"

// One reason per rule. The groups follow the way of a message.
const (
	reasonPanic sso.Reason = "oidc.panic" // the judgement itself broke down

	// The OP's documents and how they are reached.
	reasonAddress          sso.Reason = "oidc.outbound_private"
	reasonPlain            sso.Reason = "oidc.outbound_plain"
	reasonRedirect         sso.Reason = "oidc.outbound_redirect"
	reasonTooLarge         sso.Reason = "oidc.outbound_size"
	reasonDiscovery        sso.Reason = "oidc.discovery"          // not a metadata document
	reasonDiscoveryIssuer  sso.Reason = "oidc.discovery_issuer"   // speaks for another issuer
	reasonDiscoveryAddress sso.Reason = "oidc.discovery_endpoint" // an endpoint is missing or no place to go
	reasonKeys             sso.Reason = "oidc.jwks"               // not a key set
	reasonPKCE             sso.Reason = "oidc.pkce_unsupported"

	// The callback.
	reasonEndpoint     sso.Reason = "oidc.endpoint"
	reasonMethod       sso.Reason = "oidc.response_mode"
	reasonRepeated     sso.Reason = "oidc.parameter_repeated"
	reasonImplicit     sso.Reason = "oidc.response_type"
	reasonStateMissing sso.Reason = "oidc.state_missing"
	reasonStateUnknown sso.Reason = "oidc.state_unknown" // no pending attempt in this browser: reused, stolen, or late
	reasonState        sso.Reason = "oidc.state"
	reasonAttempt      sso.Reason = "oidc.attempt" // the attempt is another trust's, or was never started
	reasonIssMissing   sso.Reason = "oidc.response_iss_missing"
	reasonIss          sso.Reason = "oidc.response_iss"
	reasonError        sso.Reason = "oidc.error"
	reasonCode         sso.Reason = "oidc.code"

	// The token endpoint.
	reasonTokenError    sso.Reason = "oidc.token_error"
	reasonTokenResponse sso.Reason = "oidc.token_response"
	reasonTokenType     sso.Reason = "oidc.token_type"
	reasonNoIDToken     sso.Reason = "oidc.id_token_missing"

	// Every token of the OP.
	reasonForm        sso.Reason = "oidc.jwt_form"
	reasonEncrypted   sso.Reason = "oidc.jwt_encrypted"
	reasonHeader      sso.Reason = "oidc.jwt_header"
	reasonAlg         sso.Reason = "oidc.alg"
	reasonCritical    sso.Reason = "oidc.crit"
	reasonType        sso.Reason = "oidc.typ"
	reasonKidUnknown  sso.Reason = "oidc.kid_unknown"
	reasonKidMissing  sso.Reason = "oidc.kid_missing" // and several keys would do
	reasonKeyUnfit    sso.Reason = "oidc.key_unfit"   // the key is not for that algorithm, or too weak
	reasonSignature   sso.Reason = "oidc.signature"
	reasonKeyPinned   sso.Reason = "oidc.key_pinned"  // it is none of those that the trust names
	reasonKeyOffered  sso.Reason = "oidc.key_offered" // nor that, and an administrator is asked
	reasonJSON        sso.Reason = "oidc.json"
	reasonIssuer      sso.Reason = "oidc.issuer"
	reasonAudience    sso.Reason = "oidc.audience"
	reasonExpMissing  sso.Reason = "oidc.exp_missing"
	reasonExpired     sso.Reason = "oidc.expired"
	reasonIatMissing  sso.Reason = "oidc.iat_missing"
	reasonIatFuture   sso.Reason = "oidc.iat_future"
	reasonIatOld      sso.Reason = "oidc.iat_old"
	reasonNotBefore   sso.Reason = "oidc.nbf"
	reasonSubMissing  sso.Reason = "oidc.sub_missing"
	reasonSub         sso.Reason = "oidc.sub"
	reasonSid         sso.Reason = "oidc.sid"
	reasonDisagrees   sso.Reason = "oidc.library" // go-oidc refuses what our rules accept
	reasonTokenKind   sso.Reason = "oidc.token_kind"
	reasonAttributes  sso.Reason = "oidc.claims"
	reasonSubject     sso.Reason = "oidc.subject" // the mapped one
	reasonAzpMissing  sso.Reason = "oidc.azp_missing"
	reasonAzp         sso.Reason = "oidc.azp"
	reasonNonceAbsent sso.Reason = "oidc.nonce_missing"
	reasonNonce       sso.Reason = "oidc.nonce"
	reasonAtHash      sso.Reason = "oidc.at_hash"
	reasonACR         sso.Reason = "oidc.acr"
	reasonAMR         sso.Reason = "oidc.amr"
	reasonAuthTime    sso.Reason = "oidc.auth_time"
	reasonAuthMissing sso.Reason = "oidc.auth_time_missing"
	reasonAuthFuture  sso.Reason = "oidc.auth_time_future"
	reasonAuthOld     sso.Reason = "oidc.auth_time_old"

	// Tokens that a back end brings.
	reasonVouchReplay sso.Reason = "oidc.vouch_replay"

	// UserInfo.
	reasonUserInfo        sso.Reason = "oidc.userinfo"
	reasonUserInfoSubject sso.Reason = "oidc.userinfo_sub"

	// Logout.
	reasonLogoutToken   sso.Reason = "oidc.logout_token_missing"
	reasonLogoutEvents  sso.Reason = "oidc.logout_events"
	reasonLogoutNonce   sso.Reason = "oidc.logout_nonce"
	reasonLogoutJTI     sso.Reason = "oidc.logout_jti"
	reasonLogoutReplay  sso.Reason = "oidc.logout_replay"
	reasonLogoutExp     sso.Reason = "oidc.logout_exp_far"
	reasonLogoutNobody  sso.Reason = "oidc.logout_nobody"
	reasonLogoutState   sso.Reason = "oidc.logout_state"
	reasonInitiateOff   sso.Reason = "oidc.initiate_off"
	reasonInitiateIss   sso.Reason = "oidc.initiate_iss"
	reasonInitiateHint  sso.Reason = "oidc.initiate_login_hint"
	reasonInitiateShape sso.Reason = "oidc.initiate_parameter"
)
