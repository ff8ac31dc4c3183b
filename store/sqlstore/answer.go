package sqlstore

import (
	"context"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type answers struct{ *tx }

// forgetAnswers is how many old answers are forgotten for each new one.
const forgetAnswers = 10

func (t answers) Get(ctx context.Context, client store.ID, key store.Hash, now time.Time) (store.Answer, error) {
	row, err := t.q.GetAnswer(ctx, records.GetAnswerParams{TenantID: t.id(), ClientID: string(client), Key: key.String()})
	if err == nil && row.At < micros(now.Add(-store.AnswerKept)) {
		err = missing("it is too old")
	}
	if err != nil {
		return store.Answer{}, fault("get what came of a request", err)
	}
	content, err := hashOf(row.Content)
	return store.Answer{Client: client, Key: key, Content: content, Result: row.Result, At: moment(row.At)}, err
}

func (t answers) Put(ctx context.Context, a store.Answer) error {
	old := micros(a.At.Add(-store.AnswerKept))
	if err := t.q.ForgetAnswer(ctx, records.ForgetAnswerParams{TenantID: t.id(), ClientID: string(a.Client), Key: a.Key.String(), BeforeAt: old}); err != nil {
		return fault("forget what came of an old request", err)
	}
	if err := t.q.ForgetAnswers(ctx, records.ForgetAnswersParams{TenantID: t.id(), BeforeAt: old, Size: forgetAnswers}); err != nil {
		return fault("forget what came of old requests", err)
	}
	n, err := t.q.PutAnswer(ctx, records.PutAnswerParams{TenantID: t.id(), ClientID: string(a.Client), Key: a.Key.String(),
		Content: a.Content.String(), Result: a.Result, At: micros(a.At)})
	if err == nil && n == 0 {
		err = conflict("there is one of that key")
	}
	return fault("keep what came of a request", err)
}
