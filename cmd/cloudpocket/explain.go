package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"cloudpocket/cmd/app"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// advised is an error together with what the operator can do about it, where the command knows better than the kind.
type advised struct {
	error
	advice string
}

func (a *advised) Unwrap() error { return a.error }

// advise adds advice to err if it is of kind; nil stays nil.
func advise(err error, kind store.Kind, format string, args ...any) error {
	if err == nil || store.KindOf(err) != kind {
		return err
	}
	return &advised{err, fmt.Sprintf(format, args...)}
}

// explain writes what went wrong in words for an operator, and what can be done about it.
func explain(w io.Writer, err error) {
	for i, one := range apart(err) {
		if i == 0 {
			fmt.Fprint(w, "cloudpocket: ")
		}
		fmt.Fprintln(w, plain(one))
	}
	if hint := hintFor(err); hint != "" {
		fmt.Fprintln(w, hint)
	}
}

// apart returns the errors that err joins, or err alone.
func apart(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{err}
}

// plain returns err's text without what only programs read: kinds, message keys, reasons, and what a driver says of a
// record that is not there or is there already.
func plain(err error) string {
	text := err.Error()
	var known *store.Error
	if errors.As(err, &known) {
		if before, ok := strings.CutSuffix(text, known.Error()); ok {
			text = before + words(known)
		}
	}
	return strings.TrimPrefix(text, string(sso.ReasonOf(err))+": ")
}

func words(e *store.Error) string {
	switch {
	case e.Kind == store.NotFound:
		return "not found"
	case e.Kind == store.Conflict:
		return "there is one already"
	case e.Err == nil:
		return e.Kind.String()
	}
	return plain(e.Err)
}

// hints say what to do about certain message keys.
func hints() map[string]string {
	return map[string]string{
		"error.id":                 "An ID has 1 to 64 of a–z, 0–9 and hyphens inside.",
		"config.base_url":          "Set --base-url or CLOUDPOCKET_BASE_URL.",
		"config.tls":               "Set --tls-cert and --tls-key, or CLOUDPOCKET_TLS_CERT and CLOUDPOCKET_TLS_KEY.",
		"config.events_kept":       "Set --events-kept.",
		"config.stop":              "Set --stop-delay and --drain.",
		"config.metadata_refresh":  "Set --metadata-refresh or CLOUDPOCKET_METADATA_REFRESH, such as 10m.",
		"config.session":           "Set --session-idle and --session-absolute: at least a minute, and idle no longer than absolute.",
		"config.session_limit":     "Set --session-limit or CLOUDPOCKET_SESSION_LIMIT to how many sessions an account may have at once, or to 0 for any number.",
		"config.scan":              "Set --scan or CLOUDPOCKET_SCAN to clamd's address, tcp://HOST:PORT or unix:///PATH, so that every file is scanned before it is delivered; or to off, so that files are delivered without being scanned.",
		"config.smtp":              "Set --smtp-host, --smtp-from and what else `cloudpocket serve --help` lists, or none of them: then no mails are sent.",
		"config.chromium":          "Set --chromium or CLOUDPOCKET_CHROMIUM to where Chromium is, or leave it empty.",
		"config.proxies":           "Set --proxies or CLOUDPOCKET_PROXIES, such as 10.0.0.5,10.1.0.0/16.",
		"trust.metadata_html":      "That is a page for people: ask the identity provider's administrator for its SAML metadata, an XML document.",
		"trust.metadata_xml":       "Give --metadata the identity provider's SAML metadata: an XML document, or its URL.",
		"trust.metadata_root":      "Give --metadata the identity provider's SAML metadata: an EntityDescriptor or EntitiesDescriptor.",
		"trust.metadata_sp_only":   "That describes a service, perhaps this one: the identity provider's own metadata is needed.",
		"trust.metadata_several":   "Say with --entity-id which one is meant.",
		"trust.metadata_entity":    "Check --entity-id: it must be in the metadata exactly so.",
		"trust.metadata_private":   "If the identity provider is meant to be at a private address, say so with --private.",
		"trust.metadata_address":   "Give an address that begins with https://; with --private, http:// is taken too.",
		"trust.metadata_endpoint":  "The identity provider must offer sign-in over https by Redirect or POST; with --private, http:// is taken too.",
		"trust.metadata_away":      "Check the address, and that the identity provider runs; or download its metadata and give the file.",
		"trust.metadata_expired":   "Ask the identity provider for metadata that is valid now, and check this machine's clock.",
		"trust.metadata_signer":    "Give --signer a PEM file with one certificate.",
		"trust.metadata_signature": "The metadata is not what the certificate of --signer stands for: do not use it before the identity provider has explained why.",
		"error.permission_unknown": "Menus are view, deliver, receipts, offices, accounts, trusts, log and announce.",
		"error.trust_untested":     "Test it with `cloudpocket trust test --draft`, or say --untested with --note.",
		"error.trust_note":         "Say why with --note.",
		"error.trust_file":         "See `cloudpocket trust export` for what a trust's file says.",
		"error.trust_changed":      "Drop the draft and begin again from the trust as it is now.",
		"error.trust_only_draft":   "The trust was never anything else.",
		"error.trust_shared":       "A trust of several firms has no setup links.",
		"error.setup_life":         "Set --life to between a minute and two weeks.",
		"error.trust_secret_ref":   "Say env:NAME or file:PATH, or give the secret with `cloudpocket trust draft set --seal`.",
		"error.trust_tenant":       "Every firm that is named must be there: see `cloudpocket tenant list`.",
		"error.address_range":      "Give ranges such as 192.0.2.0/24 or 2001:db8::/32, single addresses, or the word any.",
		"error.scim_token_life":    "Set --life to how long the token is good: from 1h to 17568h, which are two years.",
		"error.scim_token_name":    "Set --name to a short text on one line.",
		"error.scim_token_many":    "Revoke a token that is not used: see `cloudpocket trust scim-token list`.",
		"error.client_name":        "Give it a short name on one line.",
		"error.client_no_scope":    "Set --scope to some of places, documents, receipts and embed.",
		"error.scope":              "Set --scope to some of places, documents, receipts and embed.",
		"error.client_many":        "Switch off and remove one that is not used: see `cloudpocket client list`.",
		"error.client_on":          "Switch it off with `cloudpocket client off` first.",
		"error.client_no_keys":     "Give --keys or --keys-url.",
		"error.client_keys_url":    "Set --keys-url to an address on the internet that begins with https://; with --private-idps, if the service runs with it, others are taken too.",
		"error.client_origin":      "Set --origin to https:// and a host, with a port if need be, such as https://hr.example.jp. With --private-idps, if the service runs with it, pages of this machine are taken too, such as http://localhost:3000.",
		"error.client_origins":     "Give fewer of --origin.",
		"error.keys_form":          "Give --keys a JWK Set: JSON of the form {\"keys\": […]}, with keys of RSA, EC or Ed25519.",
		"error.keys_private":       "Have another key made, since this one was seen, and give --keys its public half alone.",
		"error.keys_kid":           "Give every key a kid of at most 200 characters.",
		"error.keys_twice":         "Give each key a kid of its own.",
		"error.keys_weak":          "Use RSA with 2048 to 8192 bits, EC (P-256, P-384, P-521) or Ed25519.",
		"error.audit_broken":       "The log is not what was written. Keep the database as it is, and compare it with a backup.",
	}
}

// hintFor returns what the operator can do about err, "" when nothing is known.
func hintFor(err error) string {
	var known *advised
	if errors.As(err, &known) {
		return known.advice
	}
	var e *store.Error
	if errors.As(err, &e) && hints()[e.Key] != "" {
		return hints()[e.Key]
	}
	switch {
	case errors.Is(err, app.ErrSchema):
		return "Run `cloudpocket migrate` with the same --data or --database first."
	case errors.Is(err, store.ErrNotFound):
		return "Check the ID, and that --data or --database is the one the service uses."
	case errors.Is(err, store.ErrConflict):
		return "That ID is taken, or the record was changed meanwhile: look at it and try again."
	case errors.Is(err, store.ErrUnavailable):
		return "A store cannot be reached: check --database and --redis, and that the servers run."
	}
	return ""
}
