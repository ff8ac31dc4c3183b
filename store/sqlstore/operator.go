package sqlstore

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type operators struct{ *tx }

func (t operators) Create(ctx context.Context, o store.Operator) error {
	k, err := keptOperator(o)
	if err != nil {
		return err
	}
	err = t.single(ctx, func() error {
		return t.q.CreateOperator(ctx, records.CreateOperatorParams{
			TenantID: t.id(), ID: k.ID, Name: k.Name, Passwords: k.Passwords, ChangedAt: k.ChangedAt, Secret: k.Secret, Step: k.Step,
			Passkeys: k.Passkeys, Recovery: k.Recovery, Link: k.Link, LinkEnds: k.LinkEnds, SeenAt: k.SeenAt, CreatedAt: k.CreatedAt,
		})
	})
	return fault("create operator "+string(o.ID), err)
}

func (t operators) Get(ctx context.Context, id store.ID) (store.Operator, error) {
	row, err := t.q.GetOperator(ctx, records.GetOperatorParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Operator{}, fault("get operator "+string(id), err)
	}
	return operatorOf(row)
}

func (t operators) Named(ctx context.Context, name string) (store.Operator, error) {
	row, err := t.q.GetOperatorNamed(ctx, records.GetOperatorNamedParams{TenantID: t.id(), Name: plain(name)})
	if err != nil {
		return store.Operator{}, fault("get an operator by name", err)
	}
	return operatorOf(row)
}

func (t operators) Linked(ctx context.Context, link store.Hash) (store.Operator, error) {
	row, err := t.q.GetOperatorLinked(ctx, records.GetOperatorLinkedParams{TenantID: t.id(), Link: hashText(link)})
	if err != nil {
		return store.Operator{}, fault("get an operator by link", err)
	}
	return operatorOf(row)
}

func (t operators) Update(ctx context.Context, o store.Operator) error {
	k, err := keptOperator(o)
	if err != nil {
		return err
	}
	n, err := t.q.UpdateOperator(ctx, records.UpdateOperatorParams{
		Passwords: k.Passwords, ChangedAt: k.ChangedAt, Secret: k.Secret, Step: k.Step, Passkeys: k.Passkeys, Recovery: k.Recovery,
		Link: k.Link, LinkEnds: k.LinkEnds, SeenAt: k.SeenAt, TenantID: t.id(), ID: k.ID,
	})
	if err == nil && n == 0 {
		err = missing("no such operator")
	}
	return fault("update operator "+string(o.ID), err)
}

func (t operators) All(ctx context.Context) ([]store.Operator, error) {
	rows, err := t.q.GetOperators(ctx, t.id())
	if err != nil {
		return nil, fault("get the operators", err)
	}
	all := make([]store.Operator, len(rows))
	for i, r := range rows {
		if all[i], err = operatorOf(r); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (t operators) Begin(ctx context.Context, s store.OperatorSession) error {
	err := t.single(ctx, func() error {
		return t.q.CreateOperatorSession(ctx, records.CreateOperatorSessionParams{
			TenantID: t.id(), Token: hex.EncodeToString(s.Key[:]), ID: string(s.ID), OperatorID: string(s.OperatorID), Proved: flag(s.Proved),
			Began: micros(s.Began), Seen: micros(s.Seen), Ends: micros(s.Ends), Address: plain(s.Address), Device: plain(s.Device),
		})
	})
	return fault("begin an operator's session", err)
}

func (t operators) Session(ctx context.Context, key store.SessionKey) (store.OperatorSession, error) {
	row, err := t.q.GetOperatorSession(ctx, records.GetOperatorSessionParams{TenantID: t.id(), Token: hex.EncodeToString(key[:])})
	if err != nil {
		return store.OperatorSession{}, fault("get an operator's session", err)
	}
	return operatorSessionOf(row)
}

func (t operators) Touch(ctx context.Context, s store.OperatorSession) error {
	n, err := t.q.TouchOperatorSession(ctx, records.TouchOperatorSessionParams{
		Proved: flag(s.Proved), Seen: micros(s.Seen), Ends: micros(s.Ends), TenantID: t.id(), Token: hex.EncodeToString(s.Key[:]),
	})
	if err == nil && n == 0 {
		err = missing("no such session")
	}
	return fault("touch an operator's session", err)
}

func (t operators) Sessions(ctx context.Context, operator store.ID) ([]store.OperatorSession, error) {
	rows, err := t.q.GetOperatorSessions(ctx, records.GetOperatorSessionsParams{TenantID: t.id(), OperatorID: string(operator)})
	if err != nil {
		return nil, fault("get an operator's sessions", err)
	}
	all := make([]store.OperatorSession, len(rows))
	for i, r := range rows {
		if all[i], err = operatorSessionOf(r); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (t operators) End(ctx context.Context, operator, session store.ID) error {
	n, err := t.q.EndOperatorSession(ctx, records.EndOperatorSessionParams{TenantID: t.id(), OperatorID: string(operator), ID: string(session)})
	if err == nil && n == 0 {
		err = missing("no such session")
	}
	return fault("end an operator's session", err)
}

func (t operators) EndAll(ctx context.Context, operator store.ID) (int, error) {
	n, err := t.q.EndOperatorSessions(ctx, records.EndOperatorSessionsParams{TenantID: t.id(), OperatorID: string(operator)})
	return int(n), fault("end operators' sessions", err)
}

func (t operators) Tries(ctx context.Context, key string) (store.Tries, error) {
	row, err := t.q.GetOperatorTries(ctx, records.GetOperatorTriesParams{TenantID: t.id(), Place: key})
	if err = fault("get the tries", err); errors.Is(err, store.ErrNotFound) {
		return store.Tries{Key: key}, nil
	}
	return store.Tries{Key: key, Count: int(row.Tries), Last: moment(row.LastAt)}, err
}

func (t operators) SaveTries(ctx context.Context, n store.Tries, forget time.Time) error {
	err := t.q.SaveOperatorTries(ctx, records.SaveOperatorTriesParams{TenantID: t.id(), Place: n.Key, Tries: int64(n.Count), LastAt: micros(n.Last)})
	if err == nil {
		err = t.q.ForgetOperatorTries(ctx, records.ForgetOperatorTriesParams{TenantID: t.id(), BeforeAt: micros(forget)})
	}
	return fault("save the tries", err)
}

func (t operators) Window(ctx context.Context) (store.Window, error) {
	row, err := t.q.GetOperatorWindow(ctx, t.id())
	if err = fault("get the window", err); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		return store.Window{}, err
	}
	w := store.Window{Until: moment(row.Until), By: row.OpenedBy, OpenedAt: moment(row.OpenedAt), Closed: row.Closed == 1}
	return w, fault("read the window", readText(row.Ranges, &w.Ranges))
}

func (t operators) SaveWindow(ctx context.Context, w store.Window) error {
	ranges, err := listText(w.Ranges)
	if err != nil {
		return fault("encode the window", err)
	}
	return fault("save the window", t.q.SaveOperatorWindow(ctx, records.SaveOperatorWindowParams{
		TenantID: t.id(), Until: micros(w.Until), Ranges: ranges, OpenedBy: plain(w.By), OpenedAt: micros(w.OpenedAt), Closed: flag(w.Closed),
	}))
}

// keptOperator is o as it is kept, without its tenant.
func keptOperator(o store.Operator) (records.Operator, error) {
	passwords, err := listText(o.Passwords)
	if err != nil {
		return records.Operator{}, fault("encode the passwords", err)
	}
	passkeys, err := listText(o.Passkeys)
	if err != nil {
		return records.Operator{}, fault("encode the passkeys", err)
	}
	codes := make([]string, len(o.Recovery))
	for i, h := range o.Recovery {
		codes[i] = h.String()
	}
	recovery, err := listText(codes)
	return records.Operator{
		ID: string(o.ID), Name: plain(o.Name), Passwords: passwords, ChangedAt: micros(o.ChangedAt),
		Secret: base64.StdEncoding.EncodeToString(o.Secret), Step: o.Step, Passkeys: passkeys, Recovery: recovery,
		Link: hashText(o.Link), LinkEnds: micros(o.LinkEnds), SeenAt: micros(o.SeenAt), CreatedAt: micros(o.CreatedAt),
	}, fault("encode the recovery codes", err)
}

// hashText writes no hash as nothing.
func hashText(h store.Hash) string {
	if h == (store.Hash{}) {
		return ""
	}
	return h.String()
}

func operatorOf(r records.Operator) (store.Operator, error) {
	o := store.Operator{
		ID: store.ID(r.ID), Name: r.Name, ChangedAt: moment(r.ChangedAt), Step: r.Step, LinkEnds: moment(r.LinkEnds),
		SeenAt: moment(r.SeenAt), CreatedAt: moment(r.CreatedAt),
	}
	var codes []string
	err := errors.Join(readText(r.Passwords, &o.Passwords), readText(r.Passkeys, &o.Passkeys), readText(r.Recovery, &codes))
	for _, c := range codes {
		h, bad := hashOf(c)
		o.Recovery, err = append(o.Recovery, h), errors.Join(err, bad)
	}
	if r.Link != "" {
		var bad error
		o.Link, bad = hashOf(r.Link)
		err = errors.Join(err, bad)
	}
	secret, bad := base64.StdEncoding.DecodeString(r.Secret)
	if bad != nil {
		err = errors.Join(err, &store.Error{Kind: store.Damaged, Err: bad})
	}
	if len(secret) > 0 {
		o.Secret = secret
	}
	return o, fault("read operator "+r.ID, err)
}

func operatorSessionOf(r records.OperatorSession) (store.OperatorSession, error) {
	s := store.OperatorSession{
		ID: store.ID(r.ID), OperatorID: store.ID(r.OperatorID), Proved: r.Proved == 1, Began: moment(r.Began), Seen: moment(r.Seen),
		Ends: moment(r.Ends), Address: r.Address, Device: r.Device,
	}
	if n, err := hex.Decode(s.Key[:], []byte(r.Token)[:min(len(r.Token), hex.EncodedLen(len(s.Key)))]); err != nil || n != len(s.Key) {
		return s, fault("read an operator's session", &store.Error{Kind: store.Damaged, Err: fmt.Errorf("a token's hash of %d bytes: %w", n, err)})
	}
	return s, nil
}
