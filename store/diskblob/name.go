package diskblob

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	"cloudpocket/store"
)

// place is where one blob lies.
type place struct {
	tenant store.ID
	digest store.Digest
}

// placeOf returns where tenant's blob d lies, or an error of kind Invalid when either is not what it should be.
func placeOf(tenant store.ID, d store.Digest) (place, error) {
	if err := checkTenant(tenant); err != nil {
		return place{}, err
	}
	if !d.Valid() {
		return place{}, store.Fail(store.Invalid, "", "%q is not the name of a blob", string(d))
	}
	return place{tenant, d}, nil
}

func checkTenant(tenant store.ID) error {
	if !tenant.Valid() {
		return store.Fail(store.Invalid, "", "%q is not a tenant's ID", string(tenant))
	}
	return nil
}

func (p place) folder() string { return string(p.tenant) + "/" + string(p.digest[:2]) }
func (p place) file() string   { return p.folder() + "/" + string(p.digest[2:]) }

// folders knows which folders this process has found or made, and synced: a blob is durable only if all the names on
// the way to it are. The key is a tenant, the index the first byte of a digest.
type folders struct {
	mu    sync.Mutex
	known map[store.ID]*[256]bool
}

// prepare makes p's folder durable, unless it is known to be.
func (f *folders) prepare(root *os.Root, p place) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	known := f.known[p.tenant]
	if known == nil {
		if err := makeFolder(root, string(p.tenant), "."); err != nil {
			return err
		}
		if f.known == nil {
			f.known = map[store.ID]*[256]bool{}
		}
		known = new([256]bool)
		f.known[p.tenant] = known
	}
	if known[firstByte(p.digest)] {
		return nil
	}
	if err := makeFolder(root, p.folder(), string(p.tenant)); err != nil {
		return err
	}
	known[firstByte(p.digest)] = true
	return nil
}

// forget is for a folder that somebody has removed.
func (f *folders) forget(p place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.known, p.tenant)
}

func makeFolder(root *os.Root, name, parent string) error {
	if err := root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(parent, root.Open)
}

func firstByte(d store.Digest) byte { return hexValue(d[0])<<4 | hexValue(d[1]) }

func hexValue(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}
