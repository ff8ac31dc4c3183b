package store_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"cloudpocket/store"
)

func TestParseRanges(t *testing.T) {
	for _, row := range []struct {
		name, text, want string // want is "!" for an error
	}{
		{"nothing", " \r\n", ""},
		{"an address", "192.0.2.1", "192.0.2.1"},
		{"a range", "192.0.2.0/24", "192.0.2.0/24"},
		{"an address within a range", "192.0.2.77/24", "192.0.2.0/24"},
		{"IPv6", "2001:db8::/32 2001:DB8::1", "2001:db8::/32 2001:db8::1"},
		{"IPv4 in IPv6", "::ffff:192.0.2.1 ::ffff:192.0.2.0/120", "192.0.2.0/24 192.0.2.1"},
		{"wider than IPv4 in IPv6", "::ffff:192.0.2.0/90", "!"},
		{"lines, commas and wide spaces", "10.0.0.1,\n10.0.0.2　10.0.0.3、10.0.0.4", "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4"},
		{"twice, in any order", "10.0.0.2 10.0.0.1 10.0.0.2/32", "10.0.0.1 10.0.0.2"},
		{"everything", "0.0.0.0/0 ::/0", "0.0.0.0/0 ::/0"},
		{"a zone", "fe80::1%eth0", "!"},
		{"a zone in a range", "fe80::1%eth0/64", "!"},
		{"a name", "office.example", "!"},
		{"a range from to", "192.0.2.1-192.0.2.9", "!"},
		{"too many bits", "192.0.2.0/33", "!"},
		{"no bits", "192.0.2.0/", "!"},
		{"a leading zero", "192.0.2.010", "!"},
		{"a port", "192.0.2.1:80", "!"},
		{"a mask", "192.0.2.0/255.255.255.0", "!"},
		{"an asterisk", "192.0.2.*", "!"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := store.ParseRanges(row.text)
			if row.want == "!" {
				if !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.address_range"}) {
					t.Errorf("got %v, %v", got, err)
				}
				return
			}
			if s := store.RangesText(got, " "); err != nil || s != row.want {
				t.Errorf("got %q, %v, want %q", s, err, row.want)
			}
		})
	}
}

func TestRangesAreBounded(t *testing.T) {
	var many []string
	for i := range store.MaxRanges + 1 {
		many = append(many, fmt.Sprintf("10.0.%d.%d", i/250, i%250))
	}
	for name, text := range map[string]string{"one too many": strings.Join(many, " "), "too long": strings.Repeat("10.0.0.1 ", 4000)} {
		if _, err := store.ParseRanges(text); !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.address_many"}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := store.ParseRanges(strings.Join(many[1:], " ")); err != nil || len(got) != store.MaxRanges {
		t.Errorf("%d ranges, %v", len(got), err)
	}
}

func TestAddressRule(t *testing.T) {
	ranges := func(text string) []netip.Prefix {
		p, err := store.ParseRanges(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	none := store.AddressRule{}
	firm := store.AddressRule{Everybody: ranges("192.0.2.0/24 2001:db8::/32"), Administration: ranges("192.0.2.7 2001:db8:7::/48 203.0.113.1")}
	for _, row := range []struct {
		name                string
		rule                store.AddressRule
		address             string
		admits, administers bool
	}{
		{"no rule", none, "198.51.100.1", true, true},
		{"no rule and no address", none, "", true, true},
		{"within", firm, "192.0.2.200", true, false},
		{"the administrator's", firm, "192.0.2.7", true, true},
		{"IPv6", firm, "2001:db8:1::5", true, false},
		{"the administrator's IPv6", firm, "2001:db8:7::5", true, true},
		{"IPv4 in IPv6", firm, "::ffff:192.0.2.7", true, true},
		{"outside", firm, "198.51.100.1", false, false},
		{"of the administrators alone", firm, "203.0.113.1", false, false},
		{"a zone", firm, "2001:db8::1%eth0", false, false},
		{"nothing", firm, "", false, false},
		{"garbage", firm, "@", false, false},
		{"two addresses", firm, "192.0.2.7, 192.0.2.7", false, false},
		{"a range", firm, "192.0.2.0/24", false, false},
		{"administration alone", store.AddressRule{Administration: ranges("192.0.2.7")}, "198.51.100.1", true, false},
	} {
		if a, b := row.rule.Admits(row.address), row.rule.Administers(row.address); a != row.admits || b != row.administers {
			t.Errorf("%s: admits %t, administers %t", row.name, a, b)
		}
	}
}

func TestWide(t *testing.T) {
	all, err := store.ParseRanges("0.0.0.0/0 126.0.0.0/7 10.0.0.0/8 ::/0 2000::/15 2001:db8::/32")
	if err != nil {
		t.Fatal(err)
	}
	if got := store.RangesText(store.Wide(all), " "); got != "0.0.0.0/0 126.0.0.0/7 ::/0 2000::/15" {
		t.Errorf("wide are %s", got)
	}
}

func FuzzParseRanges(f *testing.F) {
	for _, seed := range []string{"192.0.2.0/24", "::ffff:1.2.3.4/100", "fe80::1%a/64", "1.1.1.1,2.2.2.2", "0/0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ranges, err := store.ParseRanges(text)
		if err != nil {
			return
		}
		again, err := store.ParseRanges(store.RangesText(ranges, "\n"))
		if err != nil || !slices.Equal(again, ranges) {
			t.Errorf("%v becomes %v, %v", ranges, again, err)
		}
		for _, p := range ranges {
			if !p.IsValid() || p.Masked() != p || p.Addr().Zone() != "" {
				t.Errorf("%v", p)
			}
		}
	})
}
