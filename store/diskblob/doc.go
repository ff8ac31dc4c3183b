// Package diskblob keeps store.Blobs in a folder.
//
//   - open.go: the folder, and whether it can be written.
//   - name.go: where a blob lies, DIR/TENANT/ab/cdef…, from checked names alone.
//   - write.go: a new file below DIR/.upload, synced, renamed into place, its folder synced.
//   - read.go, verify.go: a file is opened after its bytes were found to be the ones its name promises.
//   - walk.go: listing, deleting, and sweeping up after uploads that never ended.
//
// An open blob is an *os.File underneath, which io.Copy and http.ServeContent hand to the kernel (sendfile).
//
// # Why
//
// Every file is hashed before its first byte goes out, since a document that changed on the disk must not reach
// anybody. To hash it again at each download would cost more than the download. So what was verified is remembered
// together with what the file system says of the file: device, inode, size and both times. As long as that is the same
// the bytes are, unless the disk itself turns them; therefore the memory fades ([Config.VerifyEvery]). A file that
// changed only a moment ago is not remembered: a further change within the same tick of the file system's clock would
// not show.
//
// The same bytes uploaded again replace the file instead of being dropped. That heals a damaged one, and renews the
// time by which orphans are told from uploads whose record is being written.
package diskblob
