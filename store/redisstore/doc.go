// Package redisstore keeps store.Sessions and store.Marks in Redis 7 or later, or what speaks its protocol: one server,
// Sentinel, or Cluster, with or without TLS.
//
//   - config.go: where Redis is, also as a URL; open.go makes the client.
//   - session.go, ending.go, list.go: sessions under their keys, and the indexes by which they are ended and listed.
//   - mark.go: values that one taker gets.
//   - encode.go, decode.go: how a session becomes bytes and comes back.
//   - fault.go: every failure of Redis is one of kind Unavailable.
//
// # What is kept
//
//	PREFIX s:KEY                one session; its TTL follows its idle and absolute end
//	PREFIX a:TENANT:ACCOUNT     index: sorted set of session keys by absolute end
//	PREFIX n:TENANT             the same per tenant,
//	PREFIX t:TRUST              per trust,
//	PREFIX u:TRUST:SUBJECT      per subject of a trust,
//	PREFIX i:TRUST:INDEX        and per SessionIndex or sid
//	PREFIX m:NAME               one mark
//
// Every command names one key, so all of it works when the keys lie on different nodes of a cluster.
//
// # What it may
//
// A user of Redis that is allowed the least (ACL) needs these commands, on the keys of PREFIX alone:
//
//	ACL SETUSER NAME on >PASSWORD ~cloudpocket:* +set +get +getdel +zadd +zrem +zscan +zrange +zremrangebyscore +expire
//	    +eval +info +select
//
// INFO is among those that Redis calls dangerous; Ping reads maxmemory_policy by it, and CONFIG GET would be more. A
// cluster's user needs +cluster|slots too, and no +select.
//
// # Why
//
// A session check is one GET. What it returns is decoded by hand: on a session's few hundred bytes encoding/json costs
// as much as the round trip itself.
//
// Expiry is judged from the value by the injected clock. The TTL in Redis is housekeeping, and a little longer.
//
// Touch is SET XX with the whole value. It cannot bring back what was ended a moment before, and needs no script.
//
// End deletes with GETDEL, so that of several Ends one has the session and can record whose it was. A reply that was
// lost takes the session with it: it has ended, and nobody returns it.
//
// Index entries are written before the session and so are there when it can be found. Ending a session leaves its
// entries in place: removing one could remove it from under a sign-in that is being written. Whoever reads an index
// removes the entries whose session is gone and that are older than any sign-in under way; the next sign-in removes
// those past their absolute end; the last entry's end is the TTL of the index itself.
//
// Reads go to the primary only. A replica may not know yet that a session has ended. What Redis acknowledged and then
// lost in a failover is beyond this package: it may let an ended session stand until its idle end, so a deployment with
// replicas sets min-replicas-to-write.
package redisstore
