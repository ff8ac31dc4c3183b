// Package scan asks clamd, the daemon of ClamAV, whether bytes are harmful.
//
//   - config.go: where clamd is, how long it may take, how much it is given; [Open].
//   - scan.go: one stream by INSTREAM, chunk by chunk, and what clamd says about it.
//   - reply.go: the only readings of a reply; everything else is an error.
//   - ask.go: [Clamd.Ping] and [Clamd.Version], for health.
//   - wire.go: one connection: its time limits and its end.
//   - fault.go: what can go wrong, and why it is always [store.Unavailable].
//
// # What it does not do
//
// It keeps nothing and decides nothing: quarantine, alarms and another try later are the caller's. It does not unpack;
// clamd does, within clamd's own limits (below).
//
// # Why
//
// There are three ends, and they do not blur: clean, found, unknown. Only the exact reply "stream: OK" is clean. A
// timeout, a reply cut short, a reply with anything before or after it, a stream that clamd thinks too long, a refused
// connection are all errors of kind Unavailable, and what is unknown waits.
//
// clamd names no length limit to its clients and answers one byte too many with an error and an end of the connection,
// often while bytes are still on their way. So a failed write is followed by a look for what clamd had to say.
//
// Each stream has its own connection. clamd's sessions (IDSESSION) would save a handshake on the same machine and cost
// the certainty that a reply belongs to the bytes just sent.
//
// clamd answers OK for what it did not look into: parts beyond its MaxFileSize, MaxScanSize or MaxRecursion, and
// encrypted archives. Nothing on the wire tells, so its configuration must: "AlertExceedsMax yes" makes the first a
// finding, and StreamMaxLength must not be above MaxFileSize and MaxScanSize. Encrypted packages never get this far.
//
// Time limits watch for progress, not for a total: a large file over a slow disk is no fault of clamd's, and a caller
// who wants an end says so with the context.
package scan
