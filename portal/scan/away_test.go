package scan_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cloudpocket/portal/scan"
)

// daemon starts a clamd of the test's own on a socket file, with the shared one's signatures, to be stopped in the midst.
func daemon(t *testing.T) (address string, process *os.Process) {
	t.Helper()
	binary, signatures := os.Getenv("CLOUDPOCKET_TEST_CLAMD_BINARY"), os.Getenv("CLOUDPOCKET_TEST_CLAMD_SIGNATURES")
	if binary == "" || signatures == "" {
		t.Fatal("CLOUDPOCKET_TEST_CLAMD_BINARY and …_SIGNATURES are not set: run the tests by .ci/test")
	}
	dir, err := os.MkdirTemp("", "clamd") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket, file := filepath.Join(dir, "socket"), filepath.Join(dir, "clamd.conf")
	conf := fmt.Sprintf("Foreground yes\nLocalSocket %s\nDatabaseDirectory %s\nTemporaryDirectory %s\n", socket, signatures, dir)
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary, "--config-file="+file)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill(); command.Wait() })
	c := open(t, "unix://"+socket, nil)
	for range 300 {
		if c.Ping(t.Context()) == nil {
			return "unix://" + socket, command.Process
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("clamd does not answer")
	return "", nil
}

func TestDaemonStopped(t *testing.T) {
	address, process := daemon(t)
	c := open(t, address, nil)
	if v, err := c.Scan(t.Context(), strings.NewReader(marker)); err != nil || !v.Found {
		t.Fatalf("while it runs: got %+v, %v", v, err)
	}
	began := make(chan struct{})
	go func() {
		<-began
		process.Kill()
	}()
	_, err := c.Scan(t.Context(), io.MultiReader(io.LimitReader(zeros{}, 1<<20), signal{began}, io.LimitReader(zeros{}, 90<<20)))
	wantError(t, err, scan.KeyAway)
	process.Wait()
	_, err = c.Scan(t.Context(), strings.NewReader("clean"))
	wantError(t, err, scan.KeyAway)
	wantError(t, c.Ping(t.Context()), scan.KeyAway)
	_, err = c.Version(t.Context())
	wantError(t, err, scan.KeyAway)
}

// stand is a listener in clamd's place; each connection goes to serve and is closed after it.
func stand(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	return "tcp://" + l.Addr().String()
}

// says reads a whole small stream and answers reply.
func says(reply string) func(net.Conn) {
	return func(conn net.Conn) {
		b := make([]byte, 0, 1024)
		for !strings.HasSuffix(string(b), "\x00\x00\x00\x00") {
			n, err := conn.Read(b[len(b):cap(b)])
			if err != nil {
				return
			}
			b = b[:len(b)+n]
		}
		io.WriteString(conn, reply)
	}
}

func TestAnswersThatAreNoVerdict(t *testing.T) {
	tests := []struct{ name, reply, key string }{
		{"no answer", "", scan.KeyAway},
		{"half an answer", "stream: O", scan.KeyAnswer},
		{"OK without its end", "stream: OK", scan.KeyAnswer},
		{"OK with a newline", "stream: OK\n", scan.KeyAnswer},
		{"OK in a session", "1: stream: OK\x00", scan.KeyAnswer},
		{"OK for a file", "/tmp/x: OK\x00", scan.KeyAnswer},
		{"OK and more", "stream: OK\x00stream: Bad FOUND\x00", scan.KeyAnswer},
		{"found without a name", "stream:  FOUND\x00", scan.KeyAnswer},
		{"found with a name of two words", "stream: a b FOUND\x00", scan.KeyAnswer},
		{"error", "stream: Can't allocate memory ERROR\x00", scan.KeyAnswer},
		{"too large", "INSTREAM size limit exceeded. ERROR\x00", scan.KeyTooLarge},
		{"queue full", "COMMAND READ TIMED OUT\x00", scan.KeyAnswer},
		{"endless", strings.Repeat("a", 8<<10), scan.KeyAnswer},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := open(t, stand(t, says(test.reply)), nil)
			v, err := c.Scan(t.Context(), strings.NewReader("clean"))
			wantError(t, err, test.key)
			if v != (scan.Verdict{}) {
				t.Errorf("got a verdict with the error: %+v", v)
			}
		})
	}
}

func TestDaemonThatHangs(t *testing.T) {
	hang := func(net.Conn) { <-t.Context().Done() }
	listen := func(conn net.Conn) { io.Copy(io.Discard, conn) }
	tests := []struct {
		name  string
		serve func(net.Conn)
	}{{"takes nothing", hang}, {"takes all and is silent", listen}}
	for _, test := range tests {
		address := stand(t, test.serve)
		short := open(t, address, func(c *scan.Config) { c.Stall, c.Answer = 100*time.Millisecond, 100*time.Millisecond })
		t.Run(test.name, func(t *testing.T) {
			_, err := short.Scan(t.Context(), io.LimitReader(zeros{}, 50<<20))
			wantError(t, err, scan.KeyAway)
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("got %v; want a time limit in it", err)
			}
			wantError(t, short.Ping(t.Context()), scan.KeyAway)
		})
		t.Run(test.name+", given up by the caller", func(t *testing.T) {
			gone := errors.New("the caller went away")
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(50*time.Millisecond, func() { cancel(gone) })
			_, err := open(t, address, nil).Scan(ctx, io.LimitReader(zeros{}, 50<<20))
			wantError(t, err, scan.KeyAway)
			if !errors.Is(err, gone) {
				t.Errorf("got %v; want the caller's cause in it", err)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	for _, address := range []string{"tcp://127.0.0.1:1", "unix:///nonexistent/clamd.ctl"} {
		c := open(t, address, nil)
		_, err := c.Scan(t.Context(), strings.NewReader("clean"))
		wantError(t, err, scan.KeyAway)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := open(t, "tcp://127.0.0.1:1", nil).Scan(ctx, strings.NewReader("clean"))
	wantError(t, err, scan.KeyAway)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v; want that it was cancelled", err)
	}
}

func TestVersions(t *testing.T) {
	made := time.Date(2026, 11, 22, 9, 26, 13, 0, time.UTC)
	tests := []struct {
		reply string
		want  scan.Version
		key   string
	}{
		{"ClamAV 1.4.6\x00", scan.Version{Engine: "1.4.6"}, ""},
		{"ClamAV 1.4.6/27811/Sun Nov 22 09:26:13 2026\x00", scan.Version{Engine: "1.4.6", Database: 27811, Made: made}, ""},
		{"ClamAV 1.4.6/27811\x00", scan.Version{}, scan.KeyAnswer},
		{"ClamAV 1.4.6/-1/Sun Nov 22 09:26:13 2026\x00", scan.Version{}, scan.KeyAnswer},
		{"ClamAV 1.4.6/27811/yesterday\x00", scan.Version{}, scan.KeyAnswer},
		{"UNKNOWN COMMAND\x00", scan.Version{}, scan.KeyAnswer},
		{"", scan.Version{}, scan.KeyAway},
	}
	for _, test := range tests {
		c := open(t, stand(t, func(conn net.Conn) {
			conn.Read(make([]byte, 100))
			io.WriteString(conn, test.reply)
		}), nil)
		v, err := c.Version(t.Context())
		if test.key != "" {
			wantError(t, err, test.key)
		} else if err != nil {
			t.Fatal(err)
		}
		if v != test.want {
			t.Errorf("%q: got %+v", test.reply, v)
		}
		if age, ok := v.Age(made.Add(48 * time.Hour)); ok != !test.want.Made.IsZero() || ok && age != 48*time.Hour {
			t.Errorf("%q: got age %v, %v", test.reply, age, ok)
		}
		wantError(t, c.Ping(t.Context()), map[bool]string{true: scan.KeyAway, false: scan.KeyAnswer}[test.reply == ""])
	}
}

func TestAddresses(t *testing.T) {
	for _, bad := range []string{"", "127.0.0.1:3310", "tcp://", "tcp://host", "tcp://:3310", "tcp://host:", "unix://clamd.ctl", "unix://", "http://host:1"} {
		if _, err := scan.Open(scan.Config{Address: bad}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := scan.Open(scan.Config{Address: "tcp://[::1]:3310", AtOnce: -1}); err == nil {
		t.Error("a negative limit is taken")
	}
}
