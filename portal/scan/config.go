package scan

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Config says where clamd is and what it may cost. Zero values are replaced by what is in brackets.
type Config struct {
	Address  string        // tcp://HOST:PORT or unix:///PATH
	Dial     time.Duration // to connect [5 s]
	Stall    time.Duration // for clamd to take one chunk [30 s]
	Answer   time.Duration // for clamd to answer once it has everything [150 s; clamd's own MaxScanTime is 120 s]
	MaxBytes int64         // longest stream that is sent [100 MiB; clamd's default StreamMaxLength]
	AtOnce   int           // how many streams at a time; others wait their turn [4; clamd's default MaxThreads is 10]
}

// Clamd is a clamd. It is safe for concurrent use and holds no connection between calls.
type Clamd struct {
	config  Config
	network string
	where   string
	turns   chan struct{}
}

// Open returns the clamd that c names. It does not connect: a daemon that is away now may be there when it is asked.
func Open(c Config) (*Clamd, error) {
	network, where, err := locate(c.Address)
	if err != nil {
		return nil, fmt.Errorf("read the scanner's address %q: %w", c.Address, err)
	}
	if c.Dial < 0 || c.Stall < 0 || c.Answer < 0 || c.MaxBytes < 0 || c.AtOnce < 0 {
		return nil, errors.New("the scanner's limits must not be negative")
	}
	c.Dial = or(c.Dial, 5*time.Second)
	c.Stall = or(c.Stall, 30*time.Second)
	c.Answer = or(c.Answer, 150*time.Second)
	c.MaxBytes = or(c.MaxBytes, 100<<20)
	return &Clamd{config: c, network: network, where: where, turns: make(chan struct{}, or(c.AtOnce, 4))}, nil
}

func or[T int | int64 | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

func locate(address string) (network, where string, err error) {
	scheme, rest, _ := strings.Cut(address, "://")
	switch scheme {
	case "tcp":
		host, port, err := net.SplitHostPort(rest)
		if err != nil {
			return "", "", err
		}
		if host == "" || port == "" {
			return "", "", errors.New("it needs a host and a port")
		}
		return "tcp", rest, nil
	case "unix":
		if !strings.HasPrefix(rest, "/") {
			return "", "", errors.New("the path must be absolute")
		}
		return "unix", rest, nil
	}
	return "", "", errors.New("it is written tcp://HOST:PORT or unix:///PATH")
}
