package operator

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

func keyOf(err error) string {
	var e *store.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func TestPasswordRules(t *testing.T) {
	w := newWorld(t)
	for _, row := range []struct{ name, password, key string }{
		{"long enough", "zq7 brick lamp", ""},
		{"twelve characters", "zq7bricklamp", ""},
		{"eleven", "zq7bricklam", KeyShort},
		{"twelve kana", "ぬれせんべいとほうじちゃね", ""},
		{"empty", "", KeyShort},
		{"128", strings.Repeat("zq7brick", 16), ""},
		{"129", strings.Repeat("zq7brick", 16) + "x", KeyLong},
		{"pictures", "🐟🐟🍵🍵🗻🗻🌊🌊🎐🎐🚉🚉", ""},
		{"a line break", "zq7bricklamp\n", KeyControl},
		{"not UTF-8", "zq7bricklamp\xff", KeyControl},
		{"the name", "zq7keeperlamp", KeyName},
		{"the name in capitals", "zq7KEEPERlamp", KeyName},
		{"the name in wide letters", "zq7ｋｅｅｐｅｒlamp", KeyName},
		{"a word and a year", "password2026", KeyCommon},
		{"in capitals", "PassWord2026!", KeyCommon},
		{"in wide letters", "ｐａｓｓｗｏｒｄ２０２６", KeyCommon},
		{"the product", "cloudpocket1", KeyCommon},
		{"the trade", "sharoushi2025!", KeyCommon},
		{"two words", "adminpassword", KeyCommon},
		{"a word twice", "operatoroperator", KeyCommon},
		{"keys in a row", "qwertyuiopas", KeyCommon},
		{"columns of keys", "1qaz2wsx3edc", KeyCommon},
		{"digits", "123456789012", KeyCommon},
		{"one character", "aaaaaaaaaaaaaaaa", KeyCommon},
		{"a pair again and again", "abababababab", KeyCommon},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := w.check("keeper", normal(row.password)); keyOf(err) != row.key || (row.key == "") != (err == nil) {
				t.Errorf("%q: %v, want %q", row.password, err, row.key)
			}
		})
	}
	if n := len(w.common()); n < 5000 || n > 200_000 {
		t.Errorf("%d common passwords", n)
	}
}

// TestPasswordsAreComposed takes a password typed on a keyboard that composes letters in another way.
func TestPasswordsAreComposed(t *testing.T) {
	w := newWorld(t)
	secret, _, err := w.host.Init(t.Context(), "keeper")
	must(t, err)
	composed, apart := "がぎぐげござじずぜぞだぢ", "\u304b\u3099\u304d\u3099\u304f\u3099\u3051\u3099\u3053\u3099\u3055\u3099\u3057\u3099\u3059\u3099\u305b\u3099\u305d\u3099\u305f\u3099\u3061\u3099"
	if composed == apart {
		t.Fatal("the two are spelled alike")
	}
	must(t, w.setByLink(t.Context(), secret, composed, apart, here))
	if _, _, err := w.Password(t.Context(), "keeper", apart, "", here); err != nil {
		t.Error(err)
	}
}

// TestOncePerDay counts days as Japan does.
func TestOncePerDay(t *testing.T) {
	tokyo := time.FixedZone("", 9*3600)
	for _, row := range []struct {
		name        string
		first, then time.Time
		refused     bool
	}{
		{"a minute later", time.Date(2026, 11, 22, 12, 0, 0, 0, tokyo), time.Date(2026, 11, 22, 12, 1, 0, 0, tokyo), true},
		{"at the end of the day", time.Date(2026, 11, 22, 0, 0, 0, 0, tokyo), time.Date(2026, 11, 22, 23, 59, 59, 999, tokyo), true},
		{"a moment after midnight", time.Date(2026, 11, 22, 23, 59, 59, 0, tokyo), time.Date(2026, 11, 23, 0, 0, 0, 0, tokyo), false},
		{"on one day in UTC", time.Date(2026, 11, 22, 14, 59, 0, 0, time.UTC), time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC), false},
		{"on two days in UTC", time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 0, 30, 0, 0, time.UTC), true},
		{"a year later", time.Date(2026, 11, 22, 12, 0, 0, 0, tokyo), time.Date(2027, 11, 22, 12, 0, 0, 0, tokyo), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.now = row.first
			w.open(t, 2*time.Hour)
			w.keeper(t) // which sets it
			w.now = row.then
			w.open(t, 2*time.Hour)
			who, _, _, _ := w.entered(t)
			err := w.change(t, who, secretWord, password(1))
			if row.refused != (keyOf(err) == KeyToday) || !row.refused && err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNoneOfTheLast24 changes the password each day: the one of 24 changes ago may come back, none since.
func TestNoneOfTheLast24(t *testing.T) {
	w := newWorld(t)
	w.keeper(t)
	current := secretWord
	w.now = w.now.Add(24 * time.Hour)
	w.open(t, 2*time.Hour)
	who, secret, _, device := w.entered(t)
	nextDay := func() {
		t.Helper()
		w.now = w.now.Add(24 * time.Hour)
		w.open(t, 2*time.Hour)
		token, _, err := w.Password(t.Context(), "keeper", current, device, here)
		must(t, err)
		half, err := w.Who(t.Context(), token, device, here)
		must(t, err)
		p, err := w.Code(t.Context(), half, w.code(t, secret))
		must(t, err)
		who, err = w.Who(t.Context(), p.Token, device, here)
		must(t, err)
	}
	for n := 1; n < history; n++ {
		must(t, w.change(t, who, current, password(n)))
		current = password(n)
		nextDay()
	}
	for _, old := range []string{secretWord, password(1), current} {
		if err := w.change(t, who, current, old); keyOf(err) != KeyUsed {
			t.Errorf("%q was used before: %v", old, err)
		}
	}
	must(t, w.change(t, who, current, password(history)))
	current = password(history)
	nextDay()
	must(t, w.change(t, who, current, secretWord))
	if n := len(w.operator(t).Passwords); n != history {
		t.Errorf("%d are kept", n)
	}
}

func TestChangingAPassword(t *testing.T) {
	w := newWorld(t)
	w.keeper(t)
	w.now = w.now.Add(24 * time.Hour)
	w.open(t, 2*time.Hour)
	who, secret, _, _ := w.entered(t)
	w.now = w.now.Add(time.Minute)
	half := w.half(t)
	for _, row := range []struct {
		name string
		who  Who
		n    Change
		key  string
	}{
		{"without the second factor", half, Change{secretWord, password(1), password(1)}, "error.operator_unproved"},
		{"with another current one", who, Change{"not that one at all", password(1), password(1)}, KeyWrong},
		{"typed differently", who, Change{secretWord, password(1), password(2)}, KeyTwice},
		{"to a bad one", who, Change{secretWord, "short", "short"}, KeyShort},
		{"to the same", who, Change{secretWord, secretWord, secretWord}, KeyUsed},
		{"as it should be", who, Change{secretWord, password(1), password(1)}, ""},
	} {
		if err := w.ChangePassword(t.Context(), row.who, row.n); keyOf(err) != row.key || (row.key == "") != (err == nil) {
			t.Errorf("%s: %v, want %q", row.name, err, row.key)
		}
	}
	if _, err := w.Who(t.Context(), "", "", here); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no token: %v", err)
	}
	own, err := w.Own(t.Context(), who)
	must(t, err)
	if len(own.Sessions) != 1 || own.Sessions[0].ID != who.Session.ID {
		t.Errorf("the sessions are %v; all others should have ended", own.Sessions)
	}
	if _, _, err := w.Password(t.Context(), "keeper", secretWord, "", here); keyOf(err) != "error.operator_wrong" {
		t.Errorf("the password before: %v", err)
	}
	if _, err := w.Code(t.Context(), half, w.code(t, secret)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a session that ended took a code: %v", err)
	}
	if n := w.refusals(t, store.DeedOperatorPassword); n != 1 {
		t.Errorf("%d wrong current passwords are recorded", n)
	}
}

func TestLinks(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	secret, ends, err := w.host.Init(ctx, "keeper")
	must(t, err)
	if !ends.Equal(w.now.Add(24 * time.Hour)) {
		t.Errorf("the link is good until %s", ends)
	}
	if _, _, err := w.host.Init(ctx, "keeper"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a second of that name: %v", err)
	}
	for _, name := range []string{"", "ab", "Keeper", "with space", strings.Repeat("x", 41)} {
		if _, _, err := w.host.Init(ctx, name); keyOf(err) != "error.operator_name" {
			t.Errorf("name %q: %v", name, err)
		}
	}
	set := func(secret string) error { return w.setByLink(ctx, secret, secretWord, secretWord, here) }
	if err := set(newToken()); keyOf(err) != "error.operator_link" {
		t.Errorf("a link of nobody's: %v", err)
	}
	if err := set(""); keyOf(err) != "error.operator_link" {
		t.Errorf("no link: %v", err)
	}
	if err := w.setByLink(ctx, secret, secretWord, secretWord, from("192.0.2.1")); !errors.Is(err, store.ErrExpired) && !errors.Is(err, store.ErrNotFound) {
		t.Errorf("from outside: %v", err)
	}
	if err := w.setByLink(ctx, secret, "short", "short", here); keyOf(err) != KeyShort {
		t.Errorf("a bad password: %v", err)
	}
	w.now = ends
	w.open(t, time.Hour)
	if err := set(secret); keyOf(err) != "error.operator_link" {
		t.Errorf("a day later: %v", err)
	}
	secret, _, err = w.host.Reset(ctx, "keeper")
	must(t, err)
	must(t, set(secret))
	if err := set(secret); keyOf(err) != "error.operator_link" {
		t.Errorf("a second time: %v", err)
	}
}

// TestReset takes everything away that could be stolen, and nothing of the history.
func TestReset(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.keeper(t)
	who, secret, codes, _ := w.entered(t)
	link, _, err := w.host.Reset(ctx, "keeper")
	must(t, err)
	if own, err := w.Own(ctx, who); err != nil || len(own.Sessions) > 0 {
		t.Errorf("sessions are left: %v, %v", own.Sessions, err)
	}
	if o := w.operator(t); o.SecondFactor() || len(o.Recovery) > 0 || o.Step != 0 {
		t.Errorf("second factors are left: %+v", o)
	}
	if _, _, err := w.Password(ctx, "keeper", secretWord, "", here); keyOf(err) != "error.operator_wrong" {
		t.Errorf("the password before: %v", err)
	}
	if err := w.setByLink(ctx, link, secretWord, secretWord, here); keyOf(err) != KeyUsed {
		t.Errorf("the password before, again: %v", err)
	}
	must(t, w.setByLink(ctx, link, password(1), password(1), here))
	token, _, err := w.Password(ctx, "keeper", password(1), "", here)
	must(t, err)
	half, err := w.Who(ctx, token, "", here)
	must(t, err)
	for _, code := range []string{w.code(t, secret), codes[0]} {
		if _, err := w.Code(ctx, half, code); keyOf(err) != "error.operator_code" {
			t.Errorf("what was taken away is good: %v", err)
		}
	}
	if _, _, err := w.host.Reset(ctx, "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}
