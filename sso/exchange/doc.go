// Package exchange is the authorization server of API clients (OAuth 2.0, RFC 6749): a client proves who it is with a key of its
// own and gets an access token for a few minutes, or brings the token of somebody whom an identity provider vouched for and gets
// a code by which they are shown what is theirs in the client's page (RFC 8693).
//
//	exchange.go   the endpoints, and how often they may be asked
//	request.go    reads a request for a token
//	authenticate.go  who asks: the client that an assertion names, if it stands and the assertion is its own
//	assertion.go  client assertions (RFC 7523), and what they have to say
//	keys.go       the public keys of a client, and which of them verifies what
//	fetched.go    the keys that a client publishes at an address of its own
//	scope.go      what a client is given of what it asks for
//	given.go      what is noted of a client that is given something
//	grant.go      what a token grants, how it is kept, and who comes with one
//	subject.go    what a request for an exchange says, and for which page the code may be
//	trusted.go    by which trust the token is judged
//	person.go     an exchange: the token is judged, its person let in, and a code given
//	again.go      who was brought before, and only goes on
//	refuse.go     refusals in OAuth's words (RFC 6749 5.2), and their record
//	metadata.go   what the server can do, for clients to ask (RFC 8414)
//
// # Why
//
// A token is random and means nothing by itself: what it grants is kept with its hash among the marks, which expire by
// themselves and are shared by every instance. Nobody who reads what is kept can use it, and there is no key that makes one.
//
// A token says what its client was given. Whether the client still stands, may come from there and still has these scopes is
// asked in the transaction of every deed: switching it off ends what its tokens can do at once.
//
// Clients have no secret that we would keep, and nothing that they send is worth anything twice: an assertion names us, ends
// within minutes, and is taken once by all instances together.
//
// Whoever has not proved anything is told which of OAuth's few errors it is and nothing more; the rule that was broken is in the log, and, where
// a client was named, in its firm's audit, bounded as refused sign-ins are, since anybody can name one.
//
// A token that is brought is judged as a sign-in is, by the same connectors, rule for a second factor and Admitter, and is one in
// the audit and among the trust's sign-ins. Three things differ. Nobody can be sent to the IdP for more, so what is missing is a
// refusal. The tenant must be the client's, which is asked before anything changes: a partner brings nobody into another firm,
// and does not learn which trusts that has. And where the person is is not known yet, since a back end asks: the addresses that
// they may come from are asked at each of their deeds in the frame, those of the client here.
//
// A frame that stays open brings another token every few minutes. Each is judged all the same; but who was brought by the same
// client for the same page within the hour goes on, and does not sign in: else an afternoon of open pages would fill the audit,
// push what refused sign-ins look like out of the trust's, and leave nobody a last sign-in that says anything.
//
// Whoever has stolen a client's key and only reads leaves no other trace: so the audit has who is given tokens and codes, in the
// transaction that notes the use. The first of an hour and each new network in it is enough to see a stranger by, and not so much that
// nobody would look.
//
// A client that has proved itself is told the reason too, as error_description: whoever sets a partner's page up needs no look
// into our log to see that their clock or their audience is wrong.
//
// The keys that a client publishes are fetched before it has proved anything, and so they are kept in memory. Only who was proved by
// them has them kept with the client, once an hour, for whoever is asked first after a start: while their address is away they are
// believed for a day.
package exchange
