package sqlstore

import (
	"context"
	"slices"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type persons struct{ *tx }

func (t persons) Create(ctx context.Context, document store.ID, all []store.Person) error {
	if len(all) == 0 {
		return nil
	}
	return fault("create the persons of document "+string(document), t.attempt(ctx, func() error {
		for i, p := range all {
			err := t.q.CreatePerson(ctx, records.CreatePersonParams{
				TenantID: t.id(), DocumentID: string(document), Position: int64(i), Notice: p.Notice, Number: p.Number,
				Name: p.Name, Kana: p.Kana,
			})
			if err != nil {
				return err
			}
		}
		return t.enterPersons(ctx, document, all)
	}))
}

func (t persons) ByDocument(ctx context.Context, document store.ID) ([]store.Person, error) {
	rows, err := t.q.GetPersons(ctx, records.GetPersonsParams{TenantID: t.id(), DocumentID: string(document)})
	if err != nil {
		return nil, fault("get the persons of document "+string(document), err)
	}
	all := make([]store.Person, len(rows))
	for i, r := range rows {
		all[i] = store.Person{Position: int(r.Position), Notice: r.Notice, Number: r.Number, Name: r.Name, Kana: r.Kana}
	}
	return all, nil
}

func (t persons) ByDelivery(ctx context.Context, delivery store.ID) ([]store.PersonTold, error) {
	rows, err := t.q.GetPersonsOfDelivery(ctx, records.GetPersonsOfDeliveryParams{TenantID: t.id(), DeliveryID: string(delivery)})
	if err != nil {
		return nil, fault("get the persons of delivery "+string(delivery), err)
	}
	all := make([]store.PersonTold, len(rows))
	for i, r := range rows {
		all[i].Person = store.Person{Position: int(r.Position), Notice: r.Notice, Number: r.Number, Name: r.Name, Kana: r.Kana}
		if r.ToldAt.Valid {
			all[i].Telling = store.Telling{
				DeliveryID: delivery, Position: int(r.Position), By: store.ID(r.ToldBy.String), At: moment(r.ToldAt.Int64),
				How: store.TellingWay(r.How.String), Note: r.Note.String,
			}
		}
	}
	return all, nil
}

func (t persons) Tell(ctx context.Context, l store.Telling) error {
	n, err := t.q.Tell(ctx, records.TellParams{
		ToldBy: string(l.By), ToldAt: micros(l.At), How: string(l.How), Note: l.Note, TenantID: t.id(),
		DeliveryID: string(l.DeliveryID), Position: int64(l.Position),
	})
	if err == nil && n == 0 {
		err = missing("no such person")
	}
	return fault("record a telling of delivery "+string(l.DeliveryID), err)
}

func (t persons) Untell(ctx context.Context, delivery store.ID, position int) error {
	n, err := t.q.Untell(ctx, records.UntellParams{TenantID: t.id(), DeliveryID: string(delivery), Position: int64(position)})
	if err == nil && n == 0 {
		err = missing("no such telling")
	}
	return fault("take back a telling of delivery "+string(delivery), err)
}

func (t persons) Received(ctx context.Context, account store.ID, p store.Page) (store.List[store.ID], error) {
	arg := records.ListReceivedParams{TenantID: t.id(), AccountID: string(account), BeforeAt: latest, Size: int64(p.Size() + 1)}
	if err := readCursor(p.After, listReceived, &arg.BeforeAt, &arg.BeforeID); err != nil {
		return store.List[store.ID]{}, err
	}
	rows, err := t.q.ListReceived(ctx, arg)
	if err != nil {
		return store.List[store.ID]{}, fault("list what named persons to account "+string(account), err)
	}
	return listOf(rows, p.Size(), func(r records.ListReceivedRow) store.ID { return store.ID(r.DeliveryID) },
		func(r records.ListReceivedRow) store.Cursor {
			return cursorOf(listReceived, r.DeliveredAt, r.DeliveryID)
		}), nil
}

// leftSize is how many deliveries are counted at a time: a statement has a largest number of parameters.
const leftSize = 512

func (t persons) Left(ctx context.Context, deliveries []store.ID) (map[store.ID]store.PersonCount, error) {
	counts := map[store.ID]store.PersonCount{}
	for ids := range slices.Chunk(distinct(deliveries), leftSize) {
		rows, err := t.q.CountPersons(ctx, records.CountPersonsParams{TenantID: t.id(), Ids: texts(ids)})
		if err != nil {
			return nil, fault("count the persons of deliveries", err)
		}
		for _, r := range rows {
			counts[store.ID(r.ID)] = store.PersonCount{All: int(r.Persons), Told: int(r.Told)}
		}
	}
	return counts, nil
}
