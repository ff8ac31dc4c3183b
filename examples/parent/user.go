package parent

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"net/http"
	"slices"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

func usersOf(users []User, k keyring) []User {
	users = slices.Clone(users)
	for i := range users {
		if users[i].TOTPSecret == "" {
			mac := hmac.New(sha256.New, k.oidc.D.Bytes())
			mac.Write([]byte(users[i].Login))
			users[i].TOTPSecret = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:20])
		}
	}
	return users
}

func (p *Parent) user(login string) (User, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	i := slices.IndexFunc(p.users, func(u User) bool { return u.Login == login })
	if i < 0 {
		return User{}, false
	}
	return p.users[i], true
}

func (p *Parent) everyone() []User {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return slices.Clone(p.users)
}

func (u User) passwordIs(password string) bool {
	return u.Password != "" && subtle.ConstantTimeCompare([]byte(u.Password), []byte(password)) == 1
}

// Code returns the one-time code that login would type now (RFC 6238: 6 digits, 30 seconds, SHA-1).
func (p *Parent) Code(login string) (string, error) {
	u, ok := p.user(login)
	if !ok {
		return "", fmt.Errorf("no user has the login %q", login)
	}
	code, err := totp.GenerateCode(u.TOTPSecret, p.cfg.Now())
	if err != nil {
		return "", fmt.Errorf("making a one-time code for %q: %w", login, err)
	}
	return code, nil
}

func (p *Parent) codeIs(u User, code string) bool {
	ok, err := totp.ValidateCustom(code, u.TOTPSecret, p.cfg.Now(), totp.ValidateOpts{
		Period: 30, Skew: 1, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
	})
	return err == nil && ok
}

// SignIn begins a session for login, with or without the second factor, and returns its cookie: what a test needs to
// start from a person who is signed in at the parent already.
func (p *Parent) SignIn(login string, secondFactor bool) (*http.Cookie, error) {
	u, ok := p.user(login)
	if !ok {
		return nil, fmt.Errorf("no user has the login %q", login)
	}
	l := levelPassword
	if secondFactor {
		l = levelSecond
	}
	return p.cookie(p.begin(u, l)), nil
}
