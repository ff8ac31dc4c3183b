package app

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cloudpocket/store/seal"
)

// TestSAMLKeysHeal has a disk on which the key cannot be made at the first sign-in, and then can.
func TestSAMLKeysHeal(t *testing.T) {
	data := t.TempDir()
	now := time.Now()
	later, err := samlKeysLater(nil, data, func() time.Time { return now })
	noError(t, err)
	inTheWay := filepath.Join(data, "keys")
	noError(t, os.WriteFile(inTheWay, nil, 0o600))
	for range 2 {
		if _, err := later(); err == nil {
			t.Fatal("a key was made where none can be")
		}
	}
	noError(t, os.Remove(inTheWay))
	now = now.Add(failedTime)
	made, err := later()
	if err != nil || len(made) != 1 {
		t.Fatalf("once it can be made: %d keys, %v", len(made), err)
	}
	noError(t, os.RemoveAll(inTheWay))
	if again, err := later(); err != nil || len(again) != 1 || again[0].Key != made[0].Key {
		t.Errorf("what was made is not kept: %d keys, %v", len(again), err)
	}
}

// TestSealKeys opens with the key in the data folder what was sealed before, and with a newer key before it as well.
func TestSealKeys(t *testing.T) {
	data := t.TempDir()
	first, err := sealKeys(nil, data)
	noError(t, err)
	sealed, err := first.Seal("test", []byte("hush"))
	noError(t, err)
	own, newer := filepath.Join(data, "keys", "seal.key"), filepath.Join(data, "newer.key")
	if info, err := os.Stat(own); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key that was made can be read by others: %v, %v", info, err)
	}
	noError(t, os.WriteFile(newer, seal.NewKey(), 0o600))
	for _, files := range [][]string{nil, {own}, {newer, own}} {
		keys, err := sealKeys(files, data)
		noError(t, err)
		if secret, err := keys.Unseal("test", sealed); err != nil || string(secret) != "hush" {
			t.Errorf("with %q: %q, %v", files, secret, err)
		}
	}
	if _, err := sealKeys([]string{filepath.Join(data, "none")}, data); err == nil {
		t.Error("a file that is not there is no error")
	}
}

// TestFailureIsKept asks often while what is asked for cannot be got: it is tried once in a while, not each time.
func TestFailureIsKept(t *testing.T) {
	now, tries, full := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), 0, errors.New("the disk is full")
	get := untilGood(func() (int, error) {
		if tries++; tries < 3 {
			return 0, full
		}
		return tries, nil
	}, func() time.Time { return now })
	for _, row := range []struct {
		name  string
		after time.Duration
		tries int
		err   error
	}{
		{"first", 0, 1, full}, {"at once", 0, 1, full}, {"a moment before", failedTime - 1, 1, full},
		{"then", 1, 2, full}, {"at once again", 0, 2, full}, {"the clock is set back", -time.Hour, 3, nil}, {"from then on", time.Hour, 3, nil},
	} {
		now = now.Add(row.after)
		if got, err := get(); tries != row.tries || !errors.Is(err, row.err) || err == nil && got != 3 {
			t.Errorf("%s: %d after %d tries, %v", row.name, got, tries, err)
		}
	}
}
