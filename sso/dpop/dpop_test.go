package dpop

import (
	"errors"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
	"cloudpocket/store/sqlstore"
)

const (
	here  = "https://pocket.example/embed/at/deliveries"
	token = "cpe_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

// bench is a verifier on the real marks, and its time.
type bench struct {
	Verifier
	now time.Time
}

func newBench(t testing.TB) *bench {
	b := &bench{now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	b.Now = func() time.Time { return b.now }
	marks, err := sqlstore.OpenSessions(t.Context(), sqlstore.SessionsConfig{Path: filepath.Join(t.TempDir(), "sessions.db"), Now: b.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { marks.Close() })
	b.Marks = marks
	return b
}

func TestVerify(t *testing.T) {
	b, p := newBench(t), ssotest.NewProver(t)
	for _, want := range []Want{{Method: "POST", URL: here}, {Method: "GET", URL: here, Token: token, Thumbprint: p.Thumbprint()}} {
		for _, at := range []time.Duration{0, -Skew, Skew} {
			got, err := b.Verify(t.Context(), p.Proof(t, want.Method, want.URL, want.Token, b.now.Add(at)), want)
			if err != nil || got != p.Thumbprint() {
				t.Errorf("%+v, made %s off: %q, %v", want, at, got, err)
			}
		}
	}
}

// TestThumbprint takes the members from RFC 9449 4.1, its key from there too and the thumbprint from 6.1.
func TestThumbprint(t *testing.T) {
	k, err := readKey([]byte(`{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}`))
	if got, want := k.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"; err != nil || got != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

// TestReplay brings a proof again until long after it was made, also in other hands.
func TestReplay(t *testing.T) {
	b, p, want := newBench(t), ssotest.NewProver(t), Want{Method: "POST", URL: here}
	made := b.now
	claims := ssotest.Claims("POST", here, "", made.Add(Skew))
	proof := p.Sign(t, p.Header(), claims)
	if _, err := b.Verify(t.Context(), proof, want); err != nil {
		t.Fatal(err)
	}
	for ; b.now.Before(made.Add(4 * Skew)); b.now = b.now.Add(time.Second) {
		if _, err := b.Verify(t.Context(), proof, want); store.KindOf(err) != store.Denied {
			t.Fatalf("%s later: %v", b.now.Sub(made), err)
		}
	}
	b.now = made
	if _, err := b.Verify(t.Context(), p.Sign(t, p.Header(), claims), want); sso.ReasonOf(err) != reasonReplay {
		t.Errorf("signed again: %v", err)
	}
	other := ssotest.NewProver(t)
	if _, err := b.Verify(t.Context(), other.Sign(t, other.Header(), claims), want); err != nil {
		t.Errorf("another's, with the same jti: %v", err)
	}
}

// TestClocksApart brings a proof again to an instance that takes it for new, when it is old for the one that took it.
func TestClocksApart(t *testing.T) {
	b, p, want := newBench(t), ssotest.NewProver(t), Want{Method: "POST", URL: here}
	made := b.now
	proof := p.Proof(t, "POST", here, "", made)
	if _, err := b.Verify(t.Context(), proof, want); err != nil {
		t.Fatal(err)
	}
	behind := Verifier{Marks: b.Marks, Now: func() time.Time { return b.now.Add(-Skew) }}
	for b.now = made.Add(Skew); b.now.Before(made.Add(4 * Skew)); b.now = b.now.Add(time.Second) {
		if _, err := behind.Verify(t.Context(), proof, want); store.KindOf(err) != store.Denied {
			t.Fatalf("%s later: %v", b.now.Sub(made), err)
		}
	}
}

// TestOneOfMany has a proof come many times at once.
func TestOneOfMany(t *testing.T) {
	b, p, want := newBench(t), ssotest.NewProver(t), Want{Method: "POST", URL: here}
	proof := p.Proof(t, "POST", here, "", b.now)
	var passed atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if _, err := b.Verify(t.Context(), proof, want); err == nil {
				passed.Add(1)
			} else if sso.ReasonOf(err) != reasonReplay {
				t.Errorf("refused: %v", err)
			}
		})
	}
	all.Wait()
	if passed.Load() != 1 {
		t.Errorf("%d passed", passed.Load())
	}
}

func TestOf(t *testing.T) {
	for n, want := range []sso.Reason{reasonMissing, "", reasonMany} {
		r := httptest.NewRequest("GET", "/", nil)
		for range n {
			r.Header.Add("dpop", "a.b.c")
		}
		proof, err := Of(r)
		if sso.ReasonOf(err) != want || want == "" && proof != "a.b.c" {
			t.Errorf("%d proofs: %q, %v", n, proof, err)
		}
	}
}

func TestMarksAway(t *testing.T) {
	b, p := newBench(t), ssotest.NewProver(t)
	if err := b.Marks.(*sqlstore.Sessions).Close(); err != nil {
		t.Fatal(err)
	}
	_, err := b.Verify(t.Context(), p.Proof(t, "POST", here, "", b.now), Want{Method: "POST", URL: here})
	if errors.Is(err, store.ErrDenied) || err == nil {
		t.Errorf("without marks: %v", err)
	}
}
