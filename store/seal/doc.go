// Package seal encrypts small secrets that the records keep: it is a store.Sealer over keys that are files beside the
// database and never in it.
//
//	key.go  AES-256-GCM under the first key; all keys open
//
// # Why
//
// A sealed secret names the key that it was sealed with by the key's own digest. With two keys given, the first seals and
// both open: a key is replaced by putting a new one before it, and goes once nothing is sealed with it any more.
//
// The purpose is the cipher's additional data. It costs nothing and keeps whoever can write to the database, but has no
// key, from giving one record the secret of another.
package seal
