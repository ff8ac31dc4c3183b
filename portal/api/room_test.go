package api_test

import (
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"cloudpocket/portal/api"
	"cloudpocket/store"
)

// drips begins to push a package and does not go on.
func (w *world) drips(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", w.Listener.Addr().String())
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "POST %s/packages HTTP/1.1\r\nHost: pocket\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n"+
		"--x\r\nContent-Disposition: form-data; name=file; filename=a.txt\r\n\r\na", api.BasePath, w.token)
	must(t, err)
	return conn
}

// TestSlowSenders has a client send so slowly that its requests pile up: it alone waits for that.
func TestSlowSenders(t *testing.T) {
	w := newWorld(t)
	slow, other := w.token, w.client(t, "other", store.ScopeAll)
	var conns []net.Conn
	for range 16 {
		conns = append(conns, w.drips(t))
	}
	push := func(token string) answer {
		w.token = token
		return w.post(t, "/packages", nil, "file:b.txt", "b")
	}
	a := push(slow)
	for range 100 { // they may not all have come yet
		if a.status == 429 {
			break
		}
		time.Sleep(20 * time.Millisecond)
		conns = append(conns, w.drips(t)) // one of them may have come while a push was there, and was refused
		a = push(slow)
	}
	if a.wants(t, "the seventeenth", 429, "error.too_many_requests"); a.header.Get("Retry-After") != "1" {
		t.Errorf("it may come again in %q s", a.header.Get("Retry-After"))
	}
	w.token = slow
	w.send(t, "GET", "/companies", "").wants(t, "what has no body", 200, "")
	push(other).wants(t, "another client's", 201, "")
	for _, c := range conns {
		must(t, c.(*net.TCPConn).CloseWrite())
		_, err := io.Copy(io.Discard, c)
		must(t, err)
	}
	push(slow).wants(t, "when the slow ones are gone", 201, "")
}
