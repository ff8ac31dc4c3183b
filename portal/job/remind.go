package job

import (
	"context"

	"cloudpocket/store"
)

// Reminder tells those who have not opened a delivery.
type Reminder interface {
	Remind(ctx context.Context, t store.Task) error
}

// Remind carries out store.TaskRemind.
func Remind(p Reminder) Handler { return p.Remind }

// Teller reminds employers of persons left to tell.
type Teller interface {
	RemindToTell(ctx context.Context, t store.Task) error
}

// Tell carries out store.TaskTell.
func Tell(p Teller) Handler { return p.RemindToTell }
