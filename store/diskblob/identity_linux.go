package diskblob

import (
	"io/fs"
	"syscall"
	"time"
)

// identify returns the file's identity, and whether this system tells.
func identify(info fs.FileInfo) (identity, bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return identity{}, false
	}
	return identity{uint64(st.Dev), st.Ino, info.Size(), time.Unix(st.Mtim.Unix()), time.Unix(st.Ctim.Unix())}, true
}
