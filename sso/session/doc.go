// Package session lets a browser stay signed in: it turns a cookie into a store.Session and back.
//
//   - begin.go: a new token at every sign-in, and how long it is good for.
//   - limit.go: how many sessions an account may have at once.
//   - current.go: whose request this is. It runs on every request and asks the store once.
//   - end.go: signing out here, elsewhere, everywhere, and by the IdP's order.
//   - cookie.go: how the token travels.
//
// The package knows sessions and requests. It does not know who may sign in, what an IdP's message looks like, or what a
// page looks like; it writes no response but the cookie.
//
// # Why
//
// The token is 256 random bits and the store keeps its SHA-256. Who reads the store cannot become anybody, and a plain
// hash is enough, since there is nothing to guess.
//
// A sign-in never goes on with the token that the browser had. It ends that session first and begins another, so a token
// that somebody planted is worth nothing afterwards. The browser is given the token last of all: what the one who begins
// the session has to ask once it stands is asked before, and a token whose session is taken back is in no answer.
//
// The cookie is named __Host-session: a browser takes that name only from this very host, over TLS, for all paths, so
// neither another host of the domain nor plain http can plant it. Two cookies of the name are a sign of somebody trying
// all the same, and are nobody's session rather than either one's.
//
// A cookie that is not a token is a visitor without a session and not an error: there is nothing the person could do
// about it but sign in.
//
// The limit is kept after a session has begun, and by whoever begins one: so whoever signs in last sees all there are, and
// however many sign in at once, no more than the limit stand when they are done. They may end one another, and then one
// less stands. A refusal instead would let somebody lock a person out by signing in often. Whoever begins a session is told
// which ones ended for it, and writes them down: this package knows no audit.
//
// Whoever ends a session gets it back from the store, and of several at once one does: so each end can be written down, and
// none twice. The same goes for the session that a new one replaces.
//
// The last use is noted about once a minute. When the store finds a session but cannot note its use (a Redis that is
// full still reads), the session is good: it stood a moment ago, and unnoted use only makes it end earlier.
package session
