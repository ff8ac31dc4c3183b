// Package interop runs other people's software for the end-to-end tests: identity providers that the project did not
// write (SimpleSAMLphp and oidc-provider), a real browser, and real Redis and PostgreSQL servers. It knows nothing of
// the service; tests of package app put the two together.
//
//	Redis, Postgres     an empty database of the shared servers
//	RedisServer         a Redis server of the test's own, which it can stop and start
//	SimpleSAMLphp       a SAML 2.0 identity provider; OIDCProvider an OpenID provider
//	Browser             Chromium; its pages click, wait, take pictures and check accessibility
//	Serve, Client       an HTTP server under a name such as pocket.localhost, and a client that finds it
//
// Everything takes the test it is for, fails it when something is not there, and stops with it. The programs are found
// through CLOUDPOCKET_TEST_… variables, which .ci/test sets; without them a test fails rather than being skipped.
//
// # Names
//
// Servers listen on 127.0.0.1 and are called pocket.localhost, idp.localhost, op.localhost and so on. Chromium takes
// every name below localhost for the loopback address (RFC 6761, 6.3), each as a site of its own, so that cookies are
// judged as across real domains and still need no TLS. The Go and Node.js resolvers do not know such names; [Client]
// and the OpenID provider's script map them. Whatever else calls such a URL must use [Client], or a transport whose
// DialContext is [Dial].
//
// # Why
//
// Identity providers are started by the test and not once for all, because each must be told the service's URLs and
// keys, and because a test changes, stops and restarts its own without disturbing another.
//
// SimpleSAMLphp's configuration is fixed PHP that reads one JSON file, so that no Go code writes PHP, and a change of
// settings is a change of one file that takes effect with the next request.
package interop
