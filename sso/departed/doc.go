// Package departed notes whom an identity provider signed out, for those who are let in just then.
//
//	departed.go  the notes: left by whoever carries out a logout, looked for by whoever lets somebody in
//
// # Why
//
// An IdP's logout ends sessions, and a sign-in that is under way is none yet. So the logout leaves a note before it ends
// them, and a sign-in looks for notes after its session has begun: whichever comes first, one of the two sees the other.
// A note that was there when the message came is of a logout before it. Whose notes to look for is known only once the
// message is judged, which may take an OP's answers; so each trust has one more note, of whichever logout was its last.
// When that one changed meanwhile, all notes of the person count as new: somebody who signed out within the last minutes
// may have to begin again because somebody else signed out in that moment. Notes are told apart and not dated: two
// instances' clocks differ, and any tolerance would keep out whoever signs out and in again. Nor are the IdP's own dates
// compared: some OPs date their ID tokens minutes back, and that would keep the same people out. So a message that the
// IdP issued before the logout and that the browser brings after it is let in: how long it may be under way is for the
// connector's limits of age to bound.
//
// A code that a back end got for somebody is a sign-in under way as well: what was noted when its token came goes with it.
package departed
