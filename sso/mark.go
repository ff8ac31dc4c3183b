package sso

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// MarkName names a mark of that kind that belongs to parts. It tells them to nobody who reads the name.
func MarkName(kind string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, ".")))
	return kind + ":" + hex.EncodeToString(sum[:])
}
