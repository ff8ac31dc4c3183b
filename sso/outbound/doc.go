// Package outbound makes the HTTP client with which the sign-in reaches identity providers: discovery, keys, metadata
// and tokens.
//
// The addresses come from an administrator's form and from documents that the IdP serves, so the client guards each
// connection rather than each URL:
//
//   - a name is resolved once, every address it has is judged, and one of those very addresses is connected to;
//   - redirects pass the same guard, are few, and are never followed with a body or a credential;
//   - https is demanded, except to a private address where the trust allows those;
//   - the body that is read, after decompression, and the time that it may take are bounded.
//
// # Why
//
// A check of the URL before the request is undone by a name that resolves to something else a moment later, or by a
// redirect. Only the address at the moment of dialling counts.
//
// Where a private address is allowed, it is for the host that somebody named: what stands there is not the operator's, and
// could name any other part of the network as the place of its keys.
//
// Proxy settings of the environment are ignored: behind a proxy it is the proxy that resolves the name, and there
// would be nothing left to judge.
//
// Link-local addresses stay refused where private ones are allowed. No IdP lives there, and the metadata services of
// cloud providers do.
package outbound
