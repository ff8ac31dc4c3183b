package operator

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"cloudpocket/store"
)

func TestFirstSignIn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.keeper(t)
	half := w.half(t)
	if half.Session.Proved || half.Session.Ends.Sub(w.now) != secondTime {
		t.Errorf("the password alone is worth %+v", half.Session)
	}
	deeds := map[string]func() error{
		"own":      func() error { _, err := w.Own(ctx, half); return err },
		"firms":    func() error { _, err := w.Firms(ctx, half, store.Page{}); return err },
		"firm":     func() error { _, err := w.Firm(ctx, half, "a"); return err },
		"add":      func() error { return w.AddFirm(ctx, half, "a", "A") },
		"switch":   func() error { return w.SwitchFirm(ctx, half, "a", store.TenantSuspended) },
		"contract": func() error { return w.SetContract(ctx, half, "a", "", "") },
		"audit":    func() error { _, err := w.Audit(ctx, half, store.Page{}); return err },
		"verify":   func() error { _, err := w.Verify(ctx, half); return err },
		"recovery": func() error { _, err := w.RenewRecovery(ctx, half); return err },
		"passkey":  func() error { return w.RemovePasskey(ctx, half, "x") },
		"session":  func() error { return w.EndSession(ctx, half, half.Session.ID) },
	}
	for name, deed := range deeds {
		if err := deed(); keyOf(err) != "error.operator_unproved" {
			t.Errorf("%s without the second factor: %v", name, err)
		}
	}
	e, err := w.Enrol(ctx, half)
	must(t, err)
	again, err := w.Enrol(ctx, half)
	must(t, err)
	if e != again || !strings.HasPrefix(e.URI, "otpauth://totp/Cloud%20Pocket:keeper?") || !strings.Contains(e.URI, "secret="+e.Secret) {
		t.Errorf("%+v, then %+v", e, again)
	}
	if _, _, err := w.Enrolled(ctx, half, "000000"); keyOf(err) != "error.operator_code" {
		t.Errorf("a wrong code: %v", err)
	}
	p, codes, err := w.Enrolled(ctx, half, w.code(t, e.Secret))
	must(t, err)
	if len(codes) != recoveryCodes || p.Ends.Sub(w.now) != wholeTime {
		t.Errorf("%d codes, %s", len(codes), p.Ends)
	}
	who, err := w.Who(ctx, p.Token, p.Device, here)
	must(t, err)
	if !who.Session.Proved || who.Operator.SeenAt != w.now || who.device == "" {
		t.Errorf("it is %+v", who)
	}
	if o := w.operator(t); len(o.Secret) == 0 || strings.Contains(string(o.Secret), e.Secret) {
		t.Error("the secret is not sealed")
	}
	other := w.half(t)
	if _, err := w.Enrol(ctx, other); keyOf(err) != "error.operator_unproved" {
		t.Errorf("a password alone enrols another: %v", err)
	}
	if _, err := w.BeginPasskey(ctx, other); keyOf(err) != "error.operator_unproved" {
		t.Errorf("a password alone makes a passkey: %v", err)
	}
}

// TestCodesAreTakenOnce gives one-time passwords around the time they are of.
func TestCodesAreTakenOnce(t *testing.T) {
	w := newWorld(t)
	w.keeper(t)
	_, secret, codes, _ := w.entered(t)
	at := w.now
	for _, row := range []struct {
		name  string
		now   time.Duration // after the enrolment
		of    time.Duration // what the authenticator's clock says
		code  string
		taken bool
	}{
		{"the one of the enrolment", 0, 0, "", false},
		{"a step before it", time.Second, -30 * time.Second, "", false},
		{"the next", 30 * time.Second, 30 * time.Second, "", true},
		{"again", 31 * time.Second, 31 * time.Second, "", false},
		{"a step ahead", 61 * time.Second, 91 * time.Second, "", true},
		{"that which it leapt over", 62 * time.Second, 62 * time.Second, "", false},
		{"a step behind", 5 * time.Minute, 5*time.Minute - 30*time.Second, "", true},
		{"two steps behind", 10 * time.Minute, 9 * time.Minute, "", false},
		{"two steps ahead", 15 * time.Minute, 16 * time.Minute, "", false},
		{"wide digits", 20 * time.Minute, 20 * time.Minute, "wide", true},
		{"with a space", 21 * time.Minute, 21 * time.Minute, "space", true},
		{"empty", 22 * time.Minute, 0, "none", false},
		{"a recovery code", 40 * time.Minute, 0, codes[0], true},
		{"the same", 41 * time.Minute, 0, codes[0], false},
		{"another, in small letters", 42 * time.Minute, 0, strings.ToLower(strings.ReplaceAll(codes[1], "-", " ")), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			w.now = at.Add(row.now)
			half := w.half(t)
			w.now = at.Add(row.of)
			code := row.code
			switch row.code {
			case "":
				code = w.code(t, secret)
			case "wide":
				code = strings.Map(func(r rune) rune { return r - '0' + '０' }, w.code(t, secret))
			case "space":
				code = w.code(t, secret)[:3] + " " + w.code(t, secret)[3:]
			case "none":
				code = ""
			}
			w.now = at.Add(row.now)
			if _, err := w.Code(t.Context(), half, code); (err == nil) != row.taken || err != nil && keyOf(err) != "error.operator_code" {
				t.Errorf("%q: %v", code, err)
			}
			w.now = w.now.Add(time.Second)
		})
	}
}

// TestOneCodeForTwo gives one code in two sessions at once: one of them is let in.
func TestOneCodeForTwo(t *testing.T) {
	w := newWorld(t)
	w.keeper(t)
	_, secret, _, _ := w.entered(t)
	w.now = w.now.Add(time.Minute)
	code := w.code(t, secret)
	let := make(chan error, 4)
	var at sync.WaitGroup
	for range cap(let) {
		half := w.half(t)
		at.Go(func() {
			_, err := w.Code(context.Background(), half, code)
			let <- err
		})
	}
	at.Wait()
	close(let)
	in := 0
	for err := range let {
		if err == nil {
			in++
		}
	}
	if in != 1 {
		t.Errorf("%d were let in", in)
	}
}

func TestWait(t *testing.T) {
	for n, want := range map[int]time.Duration{0: 0, 4: 0, 5: time.Second, 6: 2 * time.Second, 10: 32 * time.Second, 14: 512 * time.Second, 15: maxWait, 1000: maxWait} {
		if got := Wait(n); got != want {
			t.Errorf("after %d: %s, want %s", n, got, want)
		}
	}
}

// TestLockout tries keeper's door from many places, and then opens it from one.
func TestLockout(t *testing.T) {
	fail := func(t *testing.T, w *world, n int, name, address, device string) (waits int) {
		t.Helper()
		for i := range n {
			_, _, err := w.Password(t.Context(), name, fmt.Sprintf("not that one %d", i), device, from(address))
			switch keyOf(err) {
			case "error.operator_wait":
				waits++
			case "error.operator_wrong":
			default:
				t.Fatal(err)
			}
		}
		return waits
	}
	for _, row := range []struct {
		name   string
		before func(t *testing.T, w *world, device string)
		from   string
		known  bool // in a browser in which keeper signed in before
		after  time.Duration
		open   bool
	}{
		{"nobody tried", func(*testing.T, *world, string) {}, "10.1.2.3", false, 0, true},
		{"four failed", func(t *testing.T, w *world, _ string) { fail(t, w, 4, "keeper", "10.1.2.3", "") }, "10.1.2.3", false, 0, true},
		{"five failed", func(t *testing.T, w *world, _ string) { fail(t, w, 5, "keeper", "10.1.2.3", "") }, "10.1.2.3", false, 0, false},
		{"five failed, a second ago", func(t *testing.T, w *world, _ string) { fail(t, w, 5, "keeper", "10.1.2.3", "") }, "10.1.2.3", false, time.Second, true},
		{"a hundred at once count as five", func(t *testing.T, w *world, _ string) {
			if n := fail(t, w, 100, "keeper", "10.1.2.3", ""); n != 95 {
				t.Errorf("%d had to wait", n)
			}
		}, "10.1.2.3", false, time.Second, true},
		{"in the same network", func(t *testing.T, w *world, _ string) { fail(t, w, 5, "keeper", "10.1.2.99", "") }, "10.1.2.3", false, 0, false},
		{"in another network", func(t *testing.T, w *world, _ string) { fail(t, w, 50, "keeper", "10.9.9.9", "") }, "10.1.2.3", false, 0, true},
		{"in many networks", func(t *testing.T, w *world, _ string) {
			for i := range 30 {
				fail(t, w, 6, "keeper", fmt.Sprintf("10.%d.0.1", i+2), "")
			}
		}, "10.1.2.3", false, 0, true},
		{"in the same IPv6 network", func(t *testing.T, w *world, _ string) {
			for i := range 5 {
				fail(t, w, 1, "keeper", fmt.Sprintf("2001:db8:1:%d::1", i), "")
			}
		}, "2001:db8:1:9::9", false, 0, false},
		{"another name", func(t *testing.T, w *world, _ string) { fail(t, w, 50, "other", "10.1.2.3", "") }, "10.1.2.3", false, 0, true},
		{"twenty other names", func(t *testing.T, w *world, _ string) {
			for i := range 20 {
				fail(t, w, 1, fmt.Sprintf("other-%d", i), "10.1.2.3", "")
			}
		}, "10.1.2.3", false, 0, true},
		{"a hundred other names", func(t *testing.T, w *world, _ string) {
			waits := 0
			for i := range 100 {
				waits += fail(t, w, 1, fmt.Sprintf("other-%d", i), "10.1.2.3", "")
			}
			if waits != 75 {
				t.Errorf("%d had to wait", waits)
			}
		}, "10.1.2.3", false, 0, false},
		{"a hundred other names next to a browser that is known", func(t *testing.T, w *world, _ string) {
			for i := range 100 {
				fail(t, w, 1, fmt.Sprintf("other-%d", i), "10.1.2.3", "")
			}
		}, "10.1.2.3", true, 0, true},
		{"strangers next to a browser that is known", func(t *testing.T, w *world, _ string) { fail(t, w, 500, "keeper", "10.1.2.3", "") }, "10.1.2.3", true, 0, true},
		{"strangers with a cookie that is none", func(t *testing.T, w *world, _ string) { fail(t, w, 500, "keeper", "10.1.2.3", "AAAA") }, "10.1.2.3", true, 0, true},
		{"more strangers than can be served, next to a browser that is known", func(_ *testing.T, w *world, _ string) {
			w.bench = newBench(0, 0, 0)
		}, "10.1.2.3", true, 0, true},
		{"the browser itself", func(t *testing.T, w *world, d string) { fail(t, w, 5, "keeper", "10.1.2.3", d) }, "10.1.2.3", true, 0, false},
		{"the browser itself, from elsewhere", func(t *testing.T, w *world, d string) { fail(t, w, 5, "keeper", "10.7.7.7", d) }, "10.1.2.3", true, 0, false},
		{"the browser itself, for strangers", func(t *testing.T, w *world, d string) { fail(t, w, 5, "keeper", "10.1.2.3", d) }, "10.1.2.3", false, 0, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.keeper(t)
			_, _, _, device := w.entered(t)
			w.now = w.now.Add(time.Hour)
			row.before(t, w, device)
			w.now = w.now.Add(row.after)
			if !row.known {
				device = ""
			}
			_, _, err := w.Password(t.Context(), "keeper", secretWord, device, from(row.from))
			if row.open != (err == nil) || !row.open && keyOf(err) != "error.operator_wait" {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestGuessingCodes is what somebody can do who knows the password: five codes, wherever they come from, and then ever
// fewer. The operator's own browser does not wait for that.
func TestGuessingCodes(t *testing.T) {
	w := newWorld(t)
	w.keeper(t)
	_, secret, _, device := w.entered(t)
	w.now = w.now.Add(time.Minute)
	looked := 0
	for i := range 40 {
		at := from(fmt.Sprintf("10.%d.0.1", i+2))
		token, _, err := w.Password(t.Context(), "keeper", secretWord, "", at)
		must(t, err)
		who, err := w.Who(t.Context(), token, "", at)
		must(t, err)
		if _, err := w.Code(t.Context(), who, "nonsense"); keyOf(err) == "error.operator_code" {
			looked++
		}
	}
	if looked != freeTries {
		t.Errorf("%d codes were looked at", looked)
	}
	token, _, err := w.Password(t.Context(), "keeper", secretWord, device, here)
	must(t, err)
	who, err := w.Who(t.Context(), token, device, here)
	must(t, err)
	if _, err := w.Code(t.Context(), who, w.code(t, secret)); err != nil {
		t.Errorf("the operator's own browser: %v", err)
	}
}

// TestUnknownNamesAreNotTold demands the same answer for a name that nobody has, and as much work for it.
func TestUnknownNamesAreNotTold(t *testing.T) {
	w := newWorld(t)
	w.keeper(t)
	_, _, wrong := w.Password(t.Context(), "keeper", "not that one at all", "", here)
	_, _, unknown := w.Password(t.Context(), "nobody", "not that one at all", "", here)
	if keyOf(wrong) != keyOf(unknown) || store.KindOf(wrong) != store.KindOf(unknown) || wrong.Error() != unknown.Error() {
		t.Errorf("%v and %v", wrong, unknown)
	}
	for _, e := range w.events(t) {
		if strings.Contains(fmt.Sprint(e), "nobody") {
			t.Errorf("what was typed for a name is kept: %+v", e)
		}
	}
	var seats []func()
	for range benchRoom {
		leave, err := w.bench.sit(t.Context())
		must(t, err)
		seats = append(seats, leave)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.compare(gone, w.bench, "x", store.Operator{}); keyOf(err) != "error.operator_busy" {
		t.Errorf("an unknown name did not have to wait for the bench: %v", err)
	}
	for _, leave := range seats {
		leave()
	}
}

// TestBench lets as many work and wait as there is room for, and turns the others away.
func TestBench(t *testing.T) {
	b := newBench(1, 1, time.Hour)
	leave, err := b.sit(t.Context())
	must(t, err)
	second := make(chan error, 1)
	go func() {
		leave, err := b.sit(context.Background())
		if err == nil {
			leave()
		}
		second <- err
	}()
	for b.waiting.Load() == 0 {
		if t.Context().Err() != nil {
			t.Fatal("nobody waits")
		}
	}
	if _, err := b.sit(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("a third: %v", err)
	}
	leave()
	must(t, <-second)
	slow := newBench(0, 1, time.Millisecond)
	if _, err := slow.sit(t.Context()); keyOf(err) != "error.operator_busy" {
		t.Errorf("without patience: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	for _, row := range []struct {
		name   string
		do     func(t *testing.T, w *world, who Who, token string)
		stands bool
	}{
		{"at once", func(*testing.T, *world, Who, string) {}, true},
		{"used again and again", func(t *testing.T, w *world, _ Who, token string) {
			for range 7 {
				w.now = w.now.Add(14 * time.Minute)
				if _, err := w.Who(t.Context(), token, "", here); err != nil {
					t.Fatal(err)
				}
			}
		}, true},
		{"used for two hours", func(t *testing.T, w *world, _ Who, token string) {
			w.open(t, mostOpen)
			for range 8 {
				w.now = w.now.Add(14 * time.Minute)
				if _, err := w.Who(t.Context(), token, "", here); err != nil {
					t.Fatal(err)
				}
			}
			w.now = w.now.Add(8 * time.Minute)
		}, false},
		{"idle", func(_ *testing.T, w *world, _ Who, _ string) { w.now = w.now.Add(idleTime) }, false},
		{"a moment before that", func(_ *testing.T, w *world, _ Who, _ string) { w.now = w.now.Add(idleTime - time.Second) }, true},
		{"the clock is set back", func(_ *testing.T, w *world, _ Who, _ string) { w.now = w.now.Add(-time.Hour) }, false},
		{"closed", func(t *testing.T, w *world, _ Who, _ string) {
			was, err := w.host.Close(t.Context())
			if err != nil || !was {
				t.Error(was, err)
			}
		}, false},
		{"closed and opened", func(t *testing.T, w *world, _ Who, _ string) {
			_, err := w.host.Close(t.Context())
			must(t, err)
			w.open(t, time.Hour)
		}, false},
		{"reset", func(t *testing.T, w *world, _ Who, _ string) {
			_, _, err := w.host.Reset(t.Context(), "keeper")
			must(t, err)
		}, false},
		{"signed out", func(t *testing.T, w *world, who Who, _ string) { must(t, w.SignOut(t.Context(), who)) }, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.keeper(t)
			who, token := w.signed(t)
			row.do(t, w, who, token)
			_, err := w.Who(t.Context(), token, "", here)
			if row.stands != (err == nil) || !row.stands && !errors.Is(err, store.ErrNotFound) {
				t.Error(err)
			}
		})
	}
}

// signed signs keeper in and returns the session's token with it.
func (w *world) signed(t *testing.T) (Who, string) {
	t.Helper()
	half := w.half(t)
	e, err := w.Enrol(t.Context(), half)
	must(t, err)
	p, _, err := w.Enrolled(t.Context(), half, w.code(t, e.Secret))
	must(t, err)
	who, err := w.Who(t.Context(), p.Token, "", here)
	must(t, err)
	return who, p.Token
}

// TestWindow opens and closes the console, and looks from where it can be reached.
func TestWindow(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.keeper(t)
	_, token := w.signed(t)
	for address, in := range map[string]bool{"10.255.0.1": true, "::ffff:10.1.2.3": true, "2001:db8::1": true, "192.0.2.1": false, "2001:db9::1": false, "127.0.0.1": false, "": false, "unix": false} {
		if _, err := w.Who(ctx, token, "", from(address)); in != (err == nil) {
			t.Errorf("the session from %q: %v", address, err)
		}
		if _, _, err := w.Password(ctx, "keeper", secretWord, "", from(address)); in != (err == nil) || !in && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("signing in from %q: %v", address, err)
		}
	}
	for _, long := range []time.Duration{0, -time.Hour, time.Second, 13 * time.Hour} {
		if _, err := w.host.Open(ctx, long, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}); keyOf(err) != "error.operator_open" {
			t.Errorf("for %s: %v", long, err)
		}
	}
	w.open(t, time.Hour)
	if who, token := w.again(t); who.Session.Ends != w.now.Add(time.Hour) {
		t.Errorf("a session until %s in a window of an hour (%s)", who.Session.Ends, token)
	}
	w.now = w.now.Add(time.Hour)
	if _, _, err := w.Password(ctx, "keeper", secretWord, "", here); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after its time: %v", err)
	}
	for range 2 {
		if is, err := Window(ctx, w.Portal); err != nil || is.Open(w.now) || !is.Closed {
			t.Errorf("after its time it is %+v, %v", is, err)
		}
	}
	closes := 0
	for _, e := range w.events(t) {
		if e.Deed == store.DeedOperatorClose {
			closes++
		}
	}
	if was, err := w.host.Close(ctx); was || err != nil || closes != 1 {
		t.Errorf("closed %d times by itself, and then %t, %v", closes, was, err)
	}
}

// again signs keeper in by a recovery code.
func (w *world) again(t *testing.T) (Who, string) {
	t.Helper()
	codes, hashes := newRecovery()
	must(t, w.Portal.Records.Update(t.Context(), store.Deployment, func(tx store.Tx) error {
		o, err := tx.Operators().Named(t.Context(), "keeper")
		must(t, err)
		o.Recovery = hashes
		return tx.Operators().Update(t.Context(), o)
	}))
	p, err := w.Code(t.Context(), w.half(t), codes[0])
	must(t, err)
	who, err := w.Who(t.Context(), p.Token, "", here)
	must(t, err)
	return who, p.Token
}

// TestNoPlaceIsNoAttempt turns somebody away because strangers keep the service busy: that is not held against them.
func TestNoPlaceIsNoAttempt(t *testing.T) {
	w := newWorld(t)
	w.keeper(t)
	room := w.bench
	w.bench = newBench(0, 0, 0)
	for range 2 * freeTries {
		if _, _, err := w.Password(t.Context(), "keeper", secretWord, "", here); !errors.Is(err, store.ErrUnavailable) || keyOf(err) != "error.operator_busy" {
			t.Fatal(err)
		}
	}
	w.bench = room
	w.half(t)
}

// TestLinkOpensWhatStrangersShut lets an operator in who has no browser left that is known, whatever strangers do meanwhile.
func TestLinkOpensWhatStrangersShut(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.keeper(t)
	shut := func() {
		for range 100 {
			_, _, err := w.Password(ctx, "keeper", "not that one at all", "", here)
			if keyOf(err) == "error.operator_wait" {
				return
			}
		}
		t.Fatal("nobody has to wait")
	}
	shut()
	link, _, err := w.host.Reset(ctx, "keeper")
	must(t, err)
	device, err := w.SetByLink(ctx, link, password(1), password(1), here)
	must(t, err)
	if _, _, err := w.Password(ctx, "keeper", password(1), "", here); keyOf(err) != "error.operator_wait" {
		t.Errorf("without the browser's cookie: %v", err)
	}
	if _, _, err := w.Password(ctx, "keeper", password(1), device, here); err != nil {
		t.Error(err)
	}
}

// TestHangingUp records a refusal to somebody who does not wait for it.
func TestHangingUp(t *testing.T) {
	w := newWorld(t)
	w.keeper(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.refused(gone, w.operator(t), here, store.DeedOperatorSignIn, wrongCode()); keyOf(err) != wrongCode().Key {
		t.Error(err)
	}
	if n := w.refusals(t, store.DeedOperatorSignIn); n != 1 {
		t.Errorf("%d are recorded", n)
	}
}

// TestFirstFactorBringsRecoveryCodes makes passkeys: with the first second factor come codes by which one gets in, with
// another one none, and those that there are stay.
func TestFirstFactorBringsRecoveryCodes(t *testing.T) {
	for _, row := range []struct {
		name string
		who  func(t *testing.T, w *world) (Who, []string)
		want bool
	}{
		{"a passkey alone", func(t *testing.T, w *world) (Who, []string) { return w.half(t), nil }, true},
		{"after an authenticator", func(t *testing.T, w *world) (Who, []string) { who, _, codes, _ := w.entered(t); return who, codes }, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.keeper(t)
			who, codes := row.who(t, w)
			p, first, err := w.keepPasskey(t.Context(), who, store.Passkey{ID: "one", Name: "x", Credential: []byte("{}")})
			must(t, err)
			who, err = w.Who(t.Context(), p.Token, "", here)
			must(t, err)
			_, second, err := w.keepPasskey(t.Context(), who, store.Passkey{ID: "two", Name: "y", Credential: []byte("{}")})
			must(t, err)
			if row.want != (len(first) == recoveryCodes) || len(second) != 0 {
				t.Fatalf("the codes are %q, then %q", first, second)
			}
			if _, err := w.Code(t.Context(), w.half(t), append(first, codes...)[0]); err != nil {
				t.Errorf("a recovery code: %v", err)
			}
		})
	}
}
