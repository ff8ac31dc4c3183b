package main

import (
	"crypto/rand"
	"os"
	"time"
)

// freshIDToken has an ID token made for a person. It stands in for what your OpenID provider does: replace it by that.
func freshIDToken(who person) (string, error) {
	key, err := readKey("issuer-key.pem")
	if err != nil {
		return "", err
	}
	now := time.Now().Unix()
	return signed(key, "issuer-1", map[string]any{
		"iss":       os.Getenv("ISSUER"),   // as in the trust
		"aud":       os.Getenv("AUDIENCE"), // the client ID by which your provider knows Cloud Pocket
		"sub":       who.subject,
		"jti":       rand.Text(),
		"iat":       now,
		"exp":       now + 300,
		"auth_time": who.signedInAt.Unix(),
	})
}
