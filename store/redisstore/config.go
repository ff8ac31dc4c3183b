package redisstore

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Config says where Redis is. The zero value of every field but Addrs is good.
type Config struct {
	Addrs            []string // host:port of the server, the sentinels, or some of the cluster's nodes
	Cluster          bool     // Addrs are nodes of a cluster
	Master           string   // Addrs are sentinels, and this is the name by which they know the primary
	DB               int      // not with Cluster
	Username         string
	Password         string
	SentinelUsername string
	SentinelPassword string
	TLS              *tls.Config      // nil: no TLS; it holds for sentinels too
	Prefix           string           // of every key; "cloudpocket:" if empty
	PoolSize         int              // connections per node; 10 per CPU if 0
	DialTimeout      time.Duration    // 1 s if 0
	Timeout          time.Duration    // for one reply; 750 ms if 0
	Now              func() time.Time // time.Now if nil
}

// ParseURL reads a Config from
//
//	redis://[USER[:PASSWORD]@]HOST[:PORT][/DB]                            one server
//	redis+sentinel://[USER[:PASSWORD]@]HOST[:PORT],…[/DB]?master=NAME     Sentinel
//	redis+cluster://[USER[:PASSWORD]@]HOST[:PORT],…                       Cluster
//
// and the same with rediss for TLS. Further parameters are ca (a file of PEM certificates to trust instead of the
// system's), sentinel_username, sentinel_password, prefix and pool (connections per node). Errors never quote the URL,
// which may hold a password.
func ParseURL(raw string) (Config, error) {
	u, hosts, err := splitURL(raw)
	if err != nil {
		return Config{}, err
	}
	scheme, mode, _ := strings.Cut(u.Scheme, "+")
	q := u.Query()
	c := Config{Cluster: mode == "cluster", Master: q.Get("master"), Prefix: q.Get("prefix"),
		SentinelUsername: q.Get("sentinel_username"), SentinelPassword: q.Get("sentinel_password"), Username: u.User.Username()}
	c.Password, _ = u.User.Password()
	if err := c.setNumbers(strings.Trim(u.Path, "/"), q.Get("pool")); err != nil {
		return Config{}, err
	}
	c.setAddrs(hosts, mode)
	switch {
	case scheme != "redis" && scheme != "rediss" || mode != "" && mode != "cluster" && mode != "sentinel":
		return Config{}, errors.New("the Redis URL's scheme is none of redis, rediss, redis+sentinel, redis+cluster")
	case mode == "sentinel" && c.Master == "":
		return Config{}, errors.New("the Redis URL names sentinels but no master")
	case mode != "sentinel" && c.Master != "":
		return Config{}, errors.New("the Redis URL names a master but no sentinels")
	case mode == "" && len(hosts) > 1:
		return Config{}, errors.New("the Redis URL names several hosts, which takes redis+sentinel or redis+cluster")
	case scheme == "rediss":
		c.TLS, err = trusting(q.Get("ca"))
	}
	return c, err
}

// splitURL takes the list of hosts out before net/url sees it, which accepts only one.
func splitURL(raw string) (*url.URL, []string, error) {
	unreadable := errors.New("the Redis URL cannot be read")
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return nil, nil, unreadable
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	authority, tail := rest[:end], rest[end:]
	at := strings.LastIndexByte(authority, '@') + 1
	hosts := strings.Split(authority[at:], ",")
	u, err := url.Parse(scheme + "://" + authority[:at] + "host" + tail)
	if err != nil {
		return nil, nil, unreadable
	}
	for _, host := range hosts {
		if one, err := url.Parse("redis://" + host); err != nil || one.Hostname() == "" || one.Host != host {
			return nil, nil, errors.New("the Redis URL has a host that cannot be read")
		}
	}
	return u, hosts, nil
}

func (c *Config) setAddrs(hosts []string, mode string) {
	port := "6379"
	if mode == "sentinel" {
		port = "26379"
	}
	for _, host := range hosts {
		if _, _, err := net.SplitHostPort(host); err != nil {
			host = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
		c.Addrs = append(c.Addrs, host)
	}
}

func (c *Config) setNumbers(db, pool string) (err error) {
	for _, n := range []struct {
		name, text string
		to         *int
	}{{"database", db, &c.DB}, {"pool", pool, &c.PoolSize}} {
		if n.text == "" {
			continue
		}
		if *n.to, err = strconv.Atoi(n.text); err != nil || *n.to < 0 {
			return fmt.Errorf("the Redis URL's %s is not a number", n.name)
		}
	}
	return nil
}

func trusting(file string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if file == "" {
		return c, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the Redis URL's ca: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read the Redis URL's ca: no certificate in %s", file)
	}
	return c, nil
}
