package interop

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const startWithin = 45 * time.Second

// process is a server that the test runs on a port of its own. It can be stopped and started again on that port.
type process struct {
	t       testing.TB
	name    string
	port    int
	command func(port int) *exec.Cmd
	ready   func() error

	cmd  *exec.Cmd
	done chan struct{}
	log  logBuffer
}

// start runs the command on an unused port and waits until ready returns nil; the test fails if it does not in time.
// Another process may take the port between choosing and using it, so a server that ends at once is tried elsewhere.
func (p *process) start() {
	p.t.Helper()
	var err error
	for range 5 {
		p.port = freePort(p.t)
		if err = p.run(); err == nil {
			break
		}
	}
	if err != nil {
		p.t.Fatalf("start %s: %v\n%s", p.name, err, p.log.String())
	}
	p.t.Cleanup(func() {
		p.Stop()
		if p.t.Failed() {
			p.t.Logf("%s printed:\n%s", p.name, p.log.String())
		}
	})
}

// Start starts the server again on the port it had.
func (p *process) Start() {
	p.t.Helper()
	if err := p.run(); err != nil {
		p.t.Fatalf("start %s again: %v\n%s", p.name, err, p.log.String())
	}
}

// Stop ends the server at once and waits until it is gone; it does nothing when it is not running.
func (p *process) Stop() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.done
	p.cmd = nil
}

func (p *process) run() error {
	cmd := p.command(p.port)
	cmd.Stdout, cmd.Stderr = &p.log, &p.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.cmd, p.done = cmd, make(chan struct{})
	go func(done chan struct{}) {
		_ = cmd.Wait() // killed, so never nil
		close(done)
	}(p.done)
	if err := p.wait(); err != nil {
		p.Stop()
		return err
	}
	return nil
}

func (p *process) wait() error {
	deadline := time.After(startWithin)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	err := errors.New("not asked yet")
	for {
		select {
		case <-p.done:
			return errors.New("it ended at once")
		case <-deadline:
			return fmt.Errorf("not ready within %s: %w", startWithin, err)
		case <-tick.C:
			if err = p.ready(); err == nil {
				return nil
			}
		}
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal("look for a free port:", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// logBuffer keeps what a process printed.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns the last lines, each cut to what is worth reading: servers print whole SAML messages.
func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(l.b.String()), "\n")
	lines = lines[max(0, len(lines)-80):]
	for i, line := range lines {
		lines[i] = fmt.Sprintf("%.300s", line)
	}
	return strings.Join(lines, "\n")
}
