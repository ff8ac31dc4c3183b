// Package trust keeps the deployment's trusts live: it opens each into its connector when it is first needed, again
// when its version has changed, and refreshes metadata that comes from a URL.
//
// The openers, one for each protocol, are injected, so that this package knows no protocol.
//
// # Why
//
// The version is asked of the records at every message, which costs one indexed row, rather than learnt from a
// notification: a trust that an administrator switches off on one instance is off on all of them with the next message.
//
// What the sign-in page offers is read once for each version of a trust: anybody may ask for that page, and metadata and
// logos of everybody's trusts are much to decode. It shows whose a trust is by what the operator calls the firm, since its
// label, logo and domains are what the administrators of any firm may write.
//
// An open connector outlives a records outage of its own but is not used during one: not knowing whether a trust still
// holds means that nobody is let in.
package trust
