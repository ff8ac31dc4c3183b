// Command keys makes the key that your back end signs with, and its public half for Cloud Pocket.
package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"log"
	"os"
)

func main() {
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		log.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("client-key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		log.Fatal(err)
	}
	n := base64.RawURLEncoding.EncodeToString(key.N.Bytes())
	jwks := fmt.Sprintf(`{"keys":[{"kty":"RSA","kid":"embed-1","alg":"RS256","use":"sig","n":"%s","e":"AQAB"}]}`, n)
	if err := os.WriteFile("jwks.json", []byte(jwks), 0o644); err != nil {
		log.Fatal(err)
	}
}
