package store

import (
	"slices"
	"strings"
)

// Permission is a set of menus (メニュー権限).
type Permission uint16

const (
	PermitView     Permission = 1 << iota // 閲覧
	PermitDeliver                         // 配付
	PermitReceipts                        // 受領状況
	PermitOffices                         // 事業所管理
	PermitAccounts                        // アカウント管理
	PermitTrusts                          // 信頼設定
	PermitLog                             // ログ
	PermitAnnounce                        // お知らせ

	permitEnd
)

// PermitAll is every permission there is.
const PermitAll = permitEnd - 1

var permissionNames = []string{"view", "deliver", "receipts", "offices", "accounts", "trusts", "log", "announce"}

// Has reports whether p contains all of want. Nothing contains the empty set: a check without a menu is refused.
func (p Permission) Has(want Permission) bool { return want != 0 && p&want == want }

// Any reports whether p contains one of want at least.
func (p Permission) Any(want Permission) bool { return p&want != 0 }

// String returns the names in p, in order, separated by commas; ParsePermission reads them back.
func (p Permission) String() string {
	var names []string
	for i, name := range permissionNames {
		if p&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// ParsePermission reads names separated by commas ("view,deliver"); an unknown name is an error of kind Invalid.
func ParsePermission(s string) (Permission, error) {
	var p Permission
	for name := range strings.SplitSeq(s, ",") {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		i := slices.Index(permissionNames, name)
		if i < 0 {
			return 0, Fail(Invalid, "error.permission_unknown", "unknown permission %q", name).With("Name", name)
		}
		p |= 1 << i
	}
	return p, nil
}

// OfficeScope is which offices an account may see (事業所権限): all that it can reach, or a list.
// For an account of a company "all" is all of that company's offices; for the firm's own staff, all of the tenant's.
type OfficeScope struct {
	All     bool
	Offices []ID // sorted, without repeats; empty when All
}

// Contains reports whether the scope lists office. It does not know whose office it is: see [Account.Reaches].
func (s OfficeScope) Contains(office ID) bool { return s.All || slices.Contains(s.Offices, office) }
