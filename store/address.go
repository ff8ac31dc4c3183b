package store

import (
	"context"
	"net/netip"
	"slices"
	"strings"
)

// AddressRule says from which networks the people of a tenant may come (接続元の制限). The zero rule is: from anywhere.
type AddressRule struct {
	Everybody      []netip.Prefix // empty: from anywhere
	Administration []netip.Prefix // where administrators may use their menus, within Everybody; empty: no narrower than that
}

// MaxRanges is how many ranges one list may have.
const MaxRanges = 200

// Admits reports whether somebody may come from address. What is no address is let in where there are no ranges alone.
func (r AddressRule) Admits(address string) bool { return within(r.Everybody, address) }

// Administers reports whether somebody who comes from address may administer.
func (r AddressRule) Administers(address string) bool {
	return r.Admits(address) && within(r.Administration, address)
}

// within reports whether address lies in one of ranges; in none it does. An IPv4 address that is written as an IPv6 one
// is the IPv4 address. A zone names an interface of one machine and so no place.
func within(ranges []netip.Prefix, address string) bool {
	if len(ranges) == 0 {
		return true
	}
	at, err := netip.ParseAddr(address)
	if err != nil || at.Zone() != "" {
		return false
	}
	at = at.Unmap()
	return slices.ContainsFunc(ranges, func(p netip.Prefix) bool { return p.Contains(at) })
}

// maxRangeText is how many bytes of text are read for ranges.
const maxRangeText = 16 << 10

// ParseRanges reads address ranges in CIDR form (RFC 4632, RFC 4291 2.3) and single addresses, apart by spaces, commas or
// lines, and returns each once, as the network it names, in the order of addresses. What is none is an error of kind
// Invalid that names it; so are more than [MaxRanges].
func ParseRanges(text string) ([]netip.Prefix, error) {
	if len(text) > maxRangeText {
		return nil, Fail(Invalid, "error.address_many", "%d bytes of ranges", len(text)).With("Max", MaxRanges)
	}
	var ranges []netip.Prefix
	for _, word := range strings.FieldsFunc(text, betweenRanges) {
		p, ok := parseRange(word)
		if !ok {
			return nil, Fail(Invalid, "error.address_range", "%q is no range", word).With("Range", shortened(word))
		}
		ranges = append(ranges, p)
	}
	slices.SortFunc(ranges, netip.Prefix.Compare)
	if ranges = slices.Compact(ranges); len(ranges) > MaxRanges {
		return nil, Fail(Invalid, "error.address_many", "%d ranges", len(ranges)).With("Max", MaxRanges)
	}
	return ranges, nil
}

// betweenRanges reports whether c stands between two ranges; Japanese keyboards write wide spaces and commas.
func betweenRanges(c rune) bool { return strings.ContainsRune(" \t\r\n,;　、，", c) }

func parseRange(word string) (netip.Prefix, bool) {
	if !strings.Contains(word, "/") {
		at, err := netip.ParseAddr(word)
		at = at.Unmap()
		return netip.PrefixFrom(at, at.BitLen()), err == nil && at.Zone() == ""
	}
	p, err := netip.ParsePrefix(word)
	if err != nil {
		return p, false
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return p, false // wider than all of IPv4, and so a slip
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

// shortened is what a person is told of a word that they typed.
func shortened(word string) string {
	if r := []rune(word); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return word
}

// RangesText writes ranges as [ParseRanges] reads them, with sep between two.
func RangesText(ranges []netip.Prefix, sep string) string {
	words := make([]string, len(ranges))
	for i, p := range ranges {
		words[i] = p.String()
		if p.IsSingleIP() {
			words[i] = p.Addr().String()
		}
	}
	return strings.Join(words, sep)
}

// Wide returns those of ranges that let in so many that they hardly keep anybody out: more than a /8 of IPv4, or a /16
// of IPv6.
func Wide(ranges []netip.Prefix) (wide []netip.Prefix) {
	for _, p := range ranges {
		if p.Addr().Is4() && p.Bits() < 8 || p.Addr().Is6() && p.Bits() < 16 {
			wide = append(wide, p)
		}
	}
	return wide
}

// Addresses reaches the address rule of the transaction's tenant.
type Addresses interface {
	// Rule returns the rule, the zero one when none was saved. One that cannot be read is an error of kind Damaged.
	Rule(ctx context.Context) (AddressRule, error)
	// Save keeps r in place of what was.
	Save(ctx context.Context, r AddressRule) error
}
