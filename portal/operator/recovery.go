package operator

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"strings"

	"cloudpocket/store"
)

const (
	recoveryCodes  = 10
	recoveryLength = 16 // characters of five bits each
	// recoveryLetters are those of Crockford's base 32: none is taken for another.
	recoveryLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// newRecovery returns recovery codes and what is kept of them.
func newRecovery() (codes []string, hashes []store.Hash) {
	for range recoveryCodes {
		b := make([]byte, recoveryLength)
		rand.Read(b) // never fails: crypto/rand ends the process instead
		var code strings.Builder
		for i, one := range b {
			if i > 0 && i%4 == 0 {
				code.WriteByte('-')
			}
			code.WriteByte(recoveryLetters[one%32])
		}
		codes, hashes = append(codes, code.String()), append(hashes, recoveryHash(code.String()))
	}
	return codes, hashes
}

// recoveryHash is what is kept of a code. A plain hash is enough: a code has 80 random bits.
func recoveryHash(code string) store.Hash {
	code = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(digits(code)))
	return sha256.Sum256([]byte("cloudpocket recovery 1 " + code))
}

// spend takes a recovery code out of those that are left. Which of them it is, is found by hashes, whose order tells
// nothing of the codes.
func spend(o *store.Operator, code string) bool {
	i := slices.Index(o.Recovery, recoveryHash(code))
	if i < 0 {
		return false
	}
	o.Recovery = slices.Delete(slices.Clone(o.Recovery), i, i+1)
	return true
}

// RenewRecovery replaces the operator's recovery codes and returns the new ones, which are shown this once.
func (c *Console) RenewRecovery(ctx context.Context, w Who) ([]string, error) {
	codes, hashes := newRecovery()
	err := c.changeOwn(ctx, w, map[string]string{"factor": "recovery", "by": "renew"}, func(o *store.Operator) error {
		o.Recovery = hashes
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}
