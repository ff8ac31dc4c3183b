package store

import (
	"context"
	"time"
)

// Person is one insured person that a document names (被保険者), numbered from 0 in the document's order. A person is not
// an account: it is whom the employer must tell.
type Person struct {
	Position int
	Notice   string // notice kind by code
	Number   string // 被保険者整理番号 or 被保険者番号; empty if the notice has none
	Name     string // as written; the kana when there is no other
	Kana     string
}

// Telling says that the employer told one person of a notice that was delivered (通知済).
type Telling struct {
	DeliveryID ID
	Position   int // of the person
	By         ID  // account
	At         time.Time
	How        TellingWay
	Note       string
}

// TellingWay is how a person was told.
type TellingWay string

const (
	ToldByHand   TellingWay = "hand"   // on paper
	ToldByMail   TellingWay = "mail"   // by letter or electronic mail
	ToldByScreen TellingWay = "screen" // shown, or through a system of the employer's
	ToldByMouth  TellingWay = "mouth"
)

// PersonTold is a person of a document with what the employer recorded; the zero Telling means not yet.
type PersonTold struct {
	Person
	Telling Telling
}

// Persons reaches the insured persons that the documents of the transaction's tenant name.
type Persons interface {
	// Create adds a document's persons and numbers them in this order, whatever their Position; ErrNotFound if the
	// document is not there, ErrConflict if it has some. Without persons it does nothing.
	Create(ctx context.Context, document ID, persons []Person) error
	// ByDocument returns a document's persons in order.
	ByDocument(ctx context.Context, document ID) ([]Person, error)
	// ByDelivery returns the persons of the delivered document in order, with what was recorded for that delivery.
	ByDelivery(ctx context.Context, delivery ID) ([]PersonTold, error)
	// Tell records a telling, in place of an earlier one of the same person; ErrNotFound if there is no such person.
	Tell(ctx context.Context, t Telling) error
	// Untell takes a telling back; ErrNotFound if there is none.
	Untell(ctx context.Context, delivery ID, position int) error
	// Left counts, for each of these deliveries, how many persons it has and how many of them were told. Deliveries
	// without persons are not there.
	Left(ctx context.Context, deliveries []ID) (map[ID]PersonCount, error)
	// Received returns the deliveries naming persons that account ever had a receipt of, newest first, whatever became of
	// them or of the account's scope.
	Received(ctx context.Context, account ID, p Page) (List[ID], error)
}

// PersonCount is how many persons a delivery names, and how many of them were told.
type PersonCount struct{ All, Told int }
