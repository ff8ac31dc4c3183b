package outbound

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// dial resolves address, judges everything it resolved to, and connects to one of exactly those.
func (c Config) dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("read the address: %w", err)
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("read the port of %q: %w", address, err)
	}
	addrs, err := c.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	plain, _ := ctx.Value(plainKey{}).(bool)
	for _, a := range addrs {
		if err := c.permit(host, a, plain); err != nil {
			return nil, fmt.Errorf("%w: %s is %s", err, host, a)
		}
	}
	return c.connect(ctx, addrs, uint16(port))
}

func (c Config) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	addrs, err := c.Resolve(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("resolve %q: %w", host, err)
	}
	if len(addrs) == 0 {
		return nil, fmt.Errorf("resolve %q: it has no address", host)
	}
	return addrs, nil
}

// connect tries the addresses in the resolver's order; each may take its share of the time, so that one dead address
// does not spend it all.
func (c Config) connect(ctx context.Context, addrs []netip.Addr, port uint16) (conn net.Conn, err error) {
	share := c.Timeout / time.Duration(len(addrs)+1)
	for _, a := range addrs {
		one, cancel := context.WithTimeout(ctx, share)
		conn, err = c.Connect(one, netip.AddrPortFrom(a.Unmap(), port))
		cancel()
		if err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// permit tells whether a, which is an address of host, may be connected to. Plain http stays within private networks.
func (c Config) permit(host string, a netip.Addr, plain bool) error {
	switch private := isPrivate(a); {
	case isReserved(a):
		return ErrPrivate
	case private && !(c.AllowPrivate && (c.PrivateHost == "" || strings.EqualFold(host, c.PrivateHost))):
		return ErrPrivate
	case plain && !private:
		return ErrPlain
	}
	return nil
}

// isPrivate tells whether a is one that an operator may run an IdP on: loopback, private use (RFC 1918, RFC 4193)
// and shared address space (RFC 6598).
func isPrivate(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return a.IsLoopback() || a.IsPrivate() || within(a, "100.64.0.0/10")
}

// isReserved tells whether a is one that no IdP can have: unspecified, link-local, multicast, and the special-purpose
// blocks of RFC 6890. Prefixes that carry an IPv4 address inside (NAT64, 6to4, Teredo) are among them, as they would
// lead around the rules for it.
func isReserved(a netip.Addr) bool {
	zoned := a.Zone() != ""
	a = a.Unmap().WithZone("")
	return zoned || !a.IsValid() || a.IsUnspecified() || a.IsMulticast() || a.IsLinkLocalUnicast() || within(a, reserved)
}

const reserved = "0.0.0.0/8 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 " +
	"::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 fec0::/10"

func within(a netip.Addr, prefixes string) bool {
	if a.IsLoopback() {
		return false
	}
	for p := range strings.FieldsSeq(prefixes) {
		if netip.MustParsePrefix(p).Contains(a) {
			return true
		}
	}
	return false
}
