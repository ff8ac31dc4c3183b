package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// Expiring is what [Sessions] tests: one back end that keeps both.
type Expiring = interface {
	store.Sessions
	store.Marks
}

// Sessions runs the conformance suite of store.Sessions and store.Marks. open returns a handle that judges time by
// now and is closed when t ends. Called again with the same t, also in another process, it opens the same data once
// more; called with another t, data of its own. [Place] helps with both.
func Sessions(t *testing.T, open func(t *testing.T, now func() time.Time) Expiring) {
	for _, row := range []struct {
		name string
		test func(*testing.T, func(*testing.T, func() time.Time) Expiring)
	}{
		{"begin and find", beginAndFind},
		{"values", sessionValues},
		{"embeds", embeds},
		{"end what embeds were opened from", endParent},
		{"idle end", idleEnd},
		{"absolute end", absoluteEnd},
		{"touch", touch},
		{"touch after the end", touchAfterTheEnd},
		{"touch while ending", touchWhileEnding},
		{"end by selector", endBySelector},
		{"end by no selector", endByNoSelector},
		{"end the expired", endTheExpired},
		{"end the used", endTheUsed},
		{"end by key", endByKey},
		{"end while ending", endWhileEnding},
		{"end while beginning", endWhileBeginning},
		{"tenants", sessionTenants},
		{"of", sessionsOf},
		{"list", sessionsList},
		{"list of many", sessionsListMany},
		{"two handles", sessionsTwoHandles},
		{"cancelled", sessionsCancelled},
		{"marks put, peek and take", markRoundTrip},
		{"marks set", markSet},
		{"marks set while others look", markSetWhilePeeked},
		{"marks expiry", markExpiry},
		{"marks limits", markLimits},
		{"marks cancelled", marksCancelled},
		{"marks one taker of many", markOneTaker},
		{"marks one putter of many", markOnePutter},
		{"marks one putter of many after expiry", markOnePutterAfterExpiry},
		{"marks one taker of many processes", markOneTakerOfProcesses},
	} {
		t.Run(row.name, func(t *testing.T) { row.test(t, open) })
	}
}

type opener = func(*testing.T, func() time.Time) Expiring

func beginAndFind(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	want := newSession(c, "browser")
	must(t, s.Begin(t.Context(), want))
	got, err := s.Find(t.Context(), want.Key)
	must(t, err)
	sameSession(t, got, want)
	_, err = s.Find(t.Context(), store.KeyOf("another"))
	isKind(t, err, store.ErrNotFound)
	must(t, s.Ping(t.Context()))
}

func sessionValues(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	long := strings.Repeat("長い値", 700)
	for i, row := range unusualStrings {
		t.Run(row.name, func(t *testing.T) {
			want := newSession(c, fmt.Sprint("value ", i))
			want.Subject, want.Index, want.NameID, want.IDToken = row.value, row.value, row.value+long, long+row.value
			want.Context, want.Device, want.Address = row.value, row.value, row.value
			must(t, s.Begin(t.Context(), want))
			got, err := s.Find(t.Context(), want.Key)
			must(t, err)
			sameSession(t, got, want)
			if row.value != "" {
				ended(t, s, store.SessionSelector{TrustID: want.TrustID, Subject: row.value, Index: row.value}, 1)
				standing(t, s, want.Key, false)
			}
		})
	}
}

// unusualStrings are values that IdPs and browsers send and that encodings, collations and column types have got wrong.
var unusualStrings = []struct{ name, value string }{
	{"empty", ""},
	{"japanese", "社会保険労務士　髙﨑"},
	{"beyond the basic plane", "𠮷野家 👩🏽‍💻"},
	{"composed", "が"},
	{"decomposed", "か\u3099"},
	{"upper case", "TARO"},
	{"lower case", "taro"},
	{"trailing space", "taro "},
	{"separators", "a:b/c{d}|e*f?g\\h%_"},
	{"quotes and controls", "'\"\r\n\t\x01"},
	{"right to left", "\u202eabc\u202c\ufeff"},
	{"long", strings.Repeat("x", 1024)},
}

func sessionsCancelled(t *testing.T, open opener) {
	c := newClock()
	s := open(t, c.Now)
	kept, refused := newSession(c, "kept"), newSession(c, "refused")
	must(t, s.Begin(t.Context(), kept))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, findErr := s.Find(ctx, kept.Key)
	_, ofErr := s.Of(ctx, kept.TenantID, kept.AccountID)
	_, _, listErr := s.List(ctx, store.SessionSelector{TenantID: kept.TenantID}, 10)
	_, endErr := s.End(ctx, store.SessionSelector{TrustID: kept.TrustID})
	_, endKeyErr := s.EndKey(ctx, kept.Key)
	for name, err := range map[string]error{
		"Begin": s.Begin(ctx, refused), "Find": findErr, "Touch": s.Touch(ctx, kept, c.Now().Add(time.Minute)),
		"Of": ofErr, "List": listErr, "End": endErr, "EndKey": endKeyErr,
	} {
		isCancelled(t, name, err)
	}
	standing(t, s, refused.Key, false)
	got, err := s.Find(t.Context(), kept.Key)
	must(t, err)
	sameSession(t, got, kept)
}

func sessionsTwoHandles(t *testing.T, open opener) {
	c := newClock()
	one, other := open(t, c.Now), open(t, c.Now)
	sess := newSession(c, "shared")
	must(t, one.Begin(t.Context(), sess))
	standing(t, other, sess.Key, true)
	ended(t, other, store.SessionSelector{TenantID: sess.TenantID, AccountID: sess.AccountID}, 1)
	standing(t, one, sess.Key, false)
	isKind(t, one.Touch(t.Context(), sess, c.Now()), store.ErrNotFound)
}
