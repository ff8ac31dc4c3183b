package app

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSAMLKeysHeal has a disk on which the key cannot be made at the first sign-in, and then can.
func TestSAMLKeysHeal(t *testing.T) {
	data := t.TempDir()
	later, err := samlKeysLater(nil, data, time.Now)
	noError(t, err)
	inTheWay := filepath.Join(data, "keys")
	noError(t, os.WriteFile(inTheWay, nil, 0o600))
	for range 2 {
		if _, err := later(); err == nil {
			t.Fatal("a key was made where none can be")
		}
	}
	noError(t, os.Remove(inTheWay))
	made, err := later()
	if err != nil || len(made) != 1 {
		t.Fatalf("once it can be made: %d keys, %v", len(made), err)
	}
	noError(t, os.RemoveAll(inTheWay))
	if again, err := later(); err != nil || len(again) != 1 || again[0].Key != made[0].Key {
		t.Errorf("what was made is not kept: %d keys, %v", len(again), err)
	}
}
