package sqlstore

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"

	"cloudpocket/store"
)

// The lists that have cursors. A cursor of one is refused by another.
const (
	listTenants byte = iota + 1
	listCompanies
	listOffices
	listOfficesOfCompany
	listAccounts
	listTrusts
	listDocuments
	listInbox
	listReceipts
	listAudit
	listPackages
	listScheduled
	listMails
	listReceiptsOfDelivery
	listFoundDocuments
	listFoundInbox
	listTeachings
	listReceived
	listRoles
	listSignIns
	listSignInsRefused
	listTrustVersions
)

// Those of inventories, out of the others' way.
const (
	listInventories byte = iota + 80
	listInventoryItems
)

// listSystemEvents is out of the others' way as well.
const listSystemEvents byte = 90

// listHookMessages too.
const listHookMessages byte = 95

// listReceiptChanges as well.
const listReceiptChanges byte = 96

// maxCursor bounds what is read of a cursor, in bytes.
const maxCursor = 16 << 10

var errCursor = errors.New("it was not made by this list")

// cursorOf packs the key of a list's row, each part an int64 or a string, as base64url.
func cursorOf(list byte, key ...any) store.Cursor {
	b := []byte{list}
	for _, part := range key {
		switch part := part.(type) {
		case int64:
			b = binary.AppendVarint(b, part)
		case string:
			b = append(binary.AppendUvarint(b, uint64(len(part))), part...)
		}
	}
	return store.Cursor(base64.RawURLEncoding.EncodeToString(b))
}

// readCursor unpacks c into key, each part an *int64 or a *string. The zero cursor leaves key as it is; one that
// cursorOf did not make for the same list is an error of kind Invalid.
func readCursor(c store.Cursor, list byte, key ...any) error {
	if c == "" {
		return nil
	}
	if err := unpack(c, list, key); err != nil {
		return store.Fail(store.Invalid, "error.cursor_invalid", "read a cursor: %w", err)
	}
	return nil
}

func unpack(c store.Cursor, list byte, key []any) error {
	if len(c) > maxCursor {
		return errors.New("it is too long")
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(string(c))
	if err != nil {
		return err
	}
	if len(b) == 0 || b[0] != list {
		return errCursor
	}
	b = b[1:]
	for _, part := range key {
		if b, err = unpackPart(b, part); err != nil {
			return err
		}
	}
	if len(b) > 0 {
		return errCursor
	}
	return nil
}

func unpackPart(b []byte, part any) ([]byte, error) {
	switch part := part.(type) {
	case *int64:
		v, n := binary.Varint(b)
		if n <= 0 {
			return nil, errCursor
		}
		*part = v
		return b[n:], nil
	case *string:
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return nil, errCursor
		}
		*part = string(b[n : n+int(size)])
		if !utf8.ValidString(*part) || strings.Contains(*part, "\x00") {
			return nil, errCursor
		}
		return b[n+int(size):], nil
	}
	return nil, errCursor
}

// listOf turns up to size+1 rows into a page of size, with a cursor when there is more.
func listOf[R, T any](rows []R, size int, item func(R) T, key func(R) store.Cursor) store.List[T] {
	page := cut(rows, size, key)
	items := make([]T, len(page.Items))
	for i, r := range page.Items {
		items[i] = item(r)
	}
	return store.List[T]{Items: items, Next: page.Next}
}

// cut keeps size of all, and makes a cursor of the last one kept when there is more.
func cut[T any](all []T, size int, key func(T) store.Cursor) store.List[T] {
	if len(all) <= size {
		return store.List[T]{Items: all}
	}
	return store.List[T]{Items: all[:size], Next: key(all[size-1])}
}
