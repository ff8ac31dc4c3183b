package interop

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Serve serves h on a free loopback port until the test ends and returns its URL under host, such as
// "http://pocket.localhost:40001", without a slash at the end.
func Serve(t testing.TB, host string, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return fmt.Sprintf("http://%s:%d", host, s.Listener.Addr().(*net.TCPAddr).Port)
}

// Client returns an HTTP client that finds names below localhost on the loopback address.
func Client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: Dial, DisableKeepAlives: true}, Timeout: 30 * time.Second}
}

// Dial connects as [net.Dialer] does, with every name below localhost taken for 127.0.0.1 (RFC 6761, 6.3).
func Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err == nil && strings.HasSuffix(host, ".localhost") {
		addr = net.JoinHostPort("127.0.0.1", port)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, addr)
}

// fetch returns the body found at url; any status but 200 is an error.
func fetch(url string) ([]byte, error) {
	res, err := Client().Get(url)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s: %.500s", url, res.Status, body)
	}
	return body, err
}
