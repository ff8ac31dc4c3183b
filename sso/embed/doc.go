// Package embed lets people be signed in inside a partner's page: a one-use code becomes a token that is worth nothing without
// the key of the frame that it was given to (RFC 9449).
//
//	grant.go    codes: what one stands for, given once and taken once
//	keeper.go   the endpoints, what they need, and how often they may be asked
//	ask.go      reads a frame's request for a token
//	redeem.go   a code becomes an embed's session
//	begin.go    what an embed must be sure of when it begins, and how many there may be
//	current.go  whose request this is
//	renew.go    another token for the same key; the end
//	refuse.go   refusals in OAuth's words, and their record
//
// # Why
//
// No cookie says who somebody is in a frame: browsers keep third parties' back. The token is in the memory of a script and the key
// where no script can read it, so what is stolen of the one is worth nothing without the other.
//
// A code says for which client's page it is, and for whom. It is taken before that is compared: whoever brings one for another page
// has spent it. It is not taken before a key is proved: somebody without one cannot spend another's.
//
// An embed's session is kept with all others, under the same trust, subject and index: what ends theirs ends it. What ends sessions
// may miss one that begins just then, so all that could have ended it is asked once it stands. One that a popup opened ends with the
// browser's session that it came from; who uses it is using that one.
//
// A renewal begins another session and leaves the one before to its end, which is minutes away: an answer that is lost on the way
// costs nobody their place. No more than those two stand for one key.
//
// Whoever comes with a dead token and whoever comes with a bad proof are both nobody; they are told apart, since a frame whose
// clock is off can help itself.
package embed
