package redisstore

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store"
)

// underWay is longer than any Begin takes: an older index entry without a session will not get one any more.
const underWay = time.Minute

// entry is one member of an index: whose session, and when its Begin started.
type entry struct {
	key   store.SessionKey
	began time.Time
}

func (e entry) String() string {
	return base64.RawURLEncoding.EncodeToString(e.key[:]) + strconv.FormatInt(e.began.UnixMilli(), 36)
}

// parseEntry reads a member; one that is not an entry is reported as false.
func parseEntry(member string) (entry, bool) {
	if len(member) <= keyText {
		return entry{}, false
	}
	key, err := base64.RawURLEncoding.DecodeString(member[:keyText])
	if err != nil {
		return entry{}, false
	}
	began, err := strconv.ParseInt(member[keyText:], 36, 64)
	return entry{store.SessionKey(key), time.UnixMilli(began)}, err == nil
}

// enter adds sess to its indexes and clears them of what is past its absolute end. An index expires with its last entry.
func (s *Store) enter(ctx context.Context, sess store.Session, began time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	member := redis.Z{Score: float64(sess.Ends.UnixMilli()), Member: entry{sess.Key, began}.String()}
	ttl := sess.Ends.Sub(began) + slack
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, index := range s.indexesOf(sess) {
			p.ZAdd(ctx, index, member)
			p.ExpireNX(ctx, index, ttl)
			p.ExpireGT(ctx, index, ttl)
			p.ZRemRangeByScore(ctx, index, "-inf", strconv.FormatInt(began.Add(-underWay).UnixMilli(), 10))
		}
		return nil
	})
	return err
}

func (s *Store) indexesOf(sess store.Session) []string {
	indexes := []string{s.accountIndex(sess.TenantID, sess.AccountID), s.trustIndex(sess.TrustID), s.tenantIndex(sess.TenantID)}
	if sess.Subject != "" {
		indexes = append(indexes, s.subjectIndex(sess.TrustID, sess.Subject))
	}
	if sess.Index != "" {
		indexes = append(indexes, s.sidIndex(sess.TrustID, sess.Index))
	}
	return indexes
}

// indexFor returns the smallest index that has every session sel selects.
func (s *Store) indexFor(sel store.SessionSelector) string {
	switch {
	case sel.AccountID != "":
		return s.accountIndex(sel.TenantID, sel.AccountID)
	case sel.TrustID == "":
		return s.tenantIndex(sel.TenantID)
	case sel.Index != "":
		return s.sidIndex(sel.TrustID, sel.Index)
	case sel.Subject != "":
		return s.subjectIndex(sel.TrustID, sel.Subject)
	}
	return s.trustIndex(sel.TrustID)
}

func (s *Store) accountIndex(tenant, account store.ID) string {
	return s.prefix + "a:" + string(tenant) + ":" + string(account)
}
func (s *Store) tenantIndex(tenant store.ID) string { return s.prefix + "n:" + string(tenant) }

func (s *Store) trustIndex(trust store.ID) string { return s.prefix + "t:" + string(trust) }
func (s *Store) subjectIndex(trust store.ID, subject string) string {
	return s.prefix + "u:" + string(trust) + ":" + short(subject)
}
func (s *Store) sidIndex(trust store.ID, index string) string {
	return s.prefix + "i:" + string(trust) + ":" + short(index)
}

// short names what an IdP made up, of any length and with any bytes.
func short(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
