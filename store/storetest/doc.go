// Package storetest holds one conformance suite per contract of package store. Every back end runs the same rows, so
// that what the house relies on is written once and holds on whatever it stands:
//
//   - [Sessions] covers store.Sessions and store.Marks: expiry by a clock that the suite moves, ends that stay ended,
//     tenants kept apart, and marks of which one taker of many gets each, in one process and in several.
//   - [Records] covers store.Records: every noun, paging, transactions, receipts, tasks leased by many, the audit chain,
//     tenants kept apart.
//   - [Blobs] covers store.Blobs: what is damaged is never read, what is aborted never was, digests and sizes.
//
// A back end's test opens itself in the way the suite asks and calls the suite; tests that only one back end needs
// (a server that dies, a disk that is full) stay with that back end.
//
// # Why
//
// The suite moves the clock instead of sleeping. Expiry is then tested at its edges, and a back end cannot leave it to
// its server's clock, which is not the clock that the rest of the house judges by.
//
// [Place] names where a test keeps its data rather than each back end choosing: the suite opens the same data twice,
// and a second process has to find what the first one wrote.
package storetest
