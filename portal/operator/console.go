package operator

import (
	"fmt"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"cloudpocket/portal"
	"cloudpocket/store"
)

// Config is what the console's deeds work on. All fields but Hashing are needed.
type Config struct {
	Portal  *portal.Portal
	Marks   store.Marks
	URL     string                      // where the console is reached: a scheme and a host
	KeysEnd func(store.Trust) time.Time // when the keys that a trust believes have all ended; zero: unknown
	Hashing *argon2id.Params            // nil: 64 MiB, twice over
}

// Console carries out what operators do. It is safe for concurrent use.
type Console struct {
	Config
	passkeys *webauthn.WebAuthn
	bench    bench                  // for strangers
	own      bench                  // for whoever is known
	nobody   func() (string, error) // the hash of a password of nobody's
	common   func() map[string]bool
}

// New returns a console.
func New(c Config) (*Console, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Hostname() == "" || u.Scheme+"://"+u.Host != c.URL {
		return nil, store.Fail(store.Invalid, "config.operator_url", "the console's URL %q must be a scheme and a host, without a path", c.URL)
	}
	keys, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Cloud Pocket", RPOrigins: []string{c.URL}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{UserVerification: protocol.VerificationRequired, ResidentKey: protocol.ResidentKeyRequirementDiscouraged},
	})
	if err != nil {
		return nil, fmt.Errorf("prepare passkeys for %s: %w", c.URL, err)
	}
	if c.Hashing == nil {
		c.Hashing = &argon2id.Params{Memory: 64 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	}
	k := &Console{Config: c, passkeys: keys, bench: newBench(benchRoom, benchLine, benchPatience), own: newBench(ownRoom, benchLine, benchPatience)}
	k.nobody = sync.OnceValues(func() (string, error) { return argon2id.CreateHash("nobody's", c.Hashing) })
	k.common = sync.OnceValue(commonPasswords)
	return k, nil
}

// event is the AuditEvent of what an operator did, or was refused.
func event(at time.Time, o store.Operator, v portal.Visit, deed store.Deed, outcome store.Outcome, detail map[string]string) store.AuditEvent {
	e := store.AuditEvent{At: at, Deed: deed, Outcome: outcome, AccountID: o.ID, Name: o.Name, Address: v.Address, RequestID: v.RequestID, Detail: detail}
	if o.ID != "" {
		e.Record = "operator:" + string(o.ID)
	}
	return e
}

// addressOf reads a visit's address; what has none is nowhere.
func addressOf(v portal.Visit) netip.Addr {
	addr, err := netip.ParseAddr(v.Address)
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap()
}
