package portal

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// originOf returns the origin that text is, as browsers write it: its host in ASCII and lower case, without the port that
// its scheme has anyway. It has to be one of https; on a developer's own machine http is as good, where that is let.
func (p *Portal) originOf(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxAddress || u.User != nil || u.Opaque != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(text, "#") || u.Path != "" && u.Path != "/" {
		return "", false
	}
	host, ok := originHost(u)
	if !ok || u.Scheme != "https" && !(p.PrivateIdPs && u.Scheme == "http" && ownMachine(host)) {
		return "", false
	}
	if port := u.Port(); port != "" && port != map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		host += ":" + port
	}
	return u.Scheme + "://" + host, true
}

// originHost returns an address's host as browsers write it; false for what is none, such as a pattern.
func originHost(u *url.URL) (string, bool) {
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 || port != strconv.Itoa(n) {
			return "", false
		}
	} else if strings.HasSuffix(u.Host, ":") {
		return "", false
	}
	if at, err := netip.ParseAddr(u.Hostname()); err == nil {
		if at.Is6() {
			return "[" + at.String() + "]", at.Zone() == ""
		}
		return at.String(), true
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	return host, err == nil && host != "" && len(host) < 254 && !strings.ContainsAny(host, "*%:/ ")
}

// ownMachine reports whether host is the machine that the browser runs on (RFC 6761 6.3).
func ownMachine(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
