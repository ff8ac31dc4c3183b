package store

import "context"

// Rule is how a firm handles the documents of one kind (配付ルール).
type Rule struct {
	Kind        string     // of the portal's kinds; empty: of all of them, as far as the portal lets it speak for all
	Acknowledge bool       // ask for an acknowledgement
	TwoPersons  bool       // another person must approve before anything is delivered
	Title       string     // pattern of a package's title; empty: the portal's own
	RetainYears int        // how long the document is kept: 2, 3, 4 or 5
	RemindDays  []int      // days after the delivery on which those who have not opened it are reminded; sorted
	TellDays    []int      // days after the delivery on which the employer is reminded of persons left to tell; sorted
	ExpireDays  int        // days after which it is not shown any more; 0: never
	Notify      Recipients // who of the office gets mails about what is delivered
}

// Rules reaches the rules of the transaction's tenant.
type Rules interface {
	// Get returns the rule of a kind, else the one of the empty kind, else ErrNotFound.
	Get(ctx context.Context, kind string) (Rule, error)
	// Save keeps r in place of the one of its kind.
	Save(ctx context.Context, r Rule) error
	// All returns the rules by kind.
	All(ctx context.Context) ([]Rule, error)
}
