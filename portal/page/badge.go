package page

import (
	"fmt"

	"cloudpocket/store"
)

// Badge is a state as people see it: a word, a picture and a tone, so that none of them has to be told by colour.
type Badge struct {
	Key  string
	Icon string
	Tone string // unread, wait, done, seen, quiet, bad
}

// badge returns the badge of whatever has a state.
func badge(of any) (Badge, error) {
	switch v := of.(type) {
	case store.InboxItem:
		return itemBadge(v), nil
	case store.PersonReceipt:
		return receiptBadge(v.Receipt), nil
	case store.Receipt:
		return receiptBadge(v), nil
	case store.DeliveryState:
		return deliveryBadge(v), nil
	case store.PackageState:
		return packageBadge(v), nil
	case store.HookState:
		return hookBadge(v), nil
	case store.HookMessageState:
		return hookMessageBadge(v), nil
	case store.Signature:
		return signatureBadge(v), nil
	}
	return Badge{}, fmt.Errorf("a %T has no badge", of)
}

// itemBadge adds to a receipt's state what the reader still has to do.
func itemBadge(i store.InboxItem) Badge {
	if i.Acknowledge && i.AcknowledgedAt.IsZero() && !i.ViewedAt.IsZero() {
		return Badge{"state.pending", "clock", "wait"}
	}
	return receiptBadge(i.Receipt)
}

func receiptBadge(r store.Receipt) Badge {
	switch {
	case !r.AcknowledgedAt.IsZero():
		return Badge{"state.acknowledged", "check", "done"}
	case !r.DownloadedAt.IsZero():
		return Badge{"state.downloaded", "download", "seen"}
	case !r.ViewedAt.IsZero():
		return Badge{"state.viewed", "eye", "seen"}
	}
	return Badge{"state.unread", "mail", "unread"}
}

func deliveryBadge(s store.DeliveryState) Badge {
	switch s {
	case store.DeliveryDelivered:
		return Badge{"state.delivered", "check", "done"}
	case store.DeliveryWithdrawn:
		return Badge{"state.withdrawn", "undo", "quiet"}
	case store.DeliveryScheduled:
		return Badge{"state.scheduled", "clock", "wait"}
	case store.DeliveryExpired:
		return Badge{"state.expired", "clock", "quiet"}
	}
	return Badge{"state.draft", "draft", "wait"}
}

func packageBadge(s store.PackageState) Badge {
	switch s {
	case store.PackageReady:
		return Badge{"package.state.ready", "check", "done"}
	case store.PackageUnplaced:
		return Badge{"package.state.unplaced", "building", "wait"}
	case store.PackageDuplicate:
		return Badge{"package.state.duplicate", "files", "quiet"}
	case store.PackageRefused:
		return Badge{"package.state.refused", "warn", "bad"}
	case store.PackageHanded:
		return Badge{"package.state.handed", "send", "seen"}
	case store.PackageDiscarded:
		return Badge{"package.state.discarded", "undo", "quiet"}
	}
	return Badge{"package.state.received", "clock", "seen"}
}
