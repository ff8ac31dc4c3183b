package main

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
)

// served is the service as a process of its own.
type served struct {
	*exec.Cmd
	url  string
	said chan string // what it printed to the end
	log  io.Closer   // who reads that
}

func startServe(t *testing.T, args ...string) *served {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Args = append([]string{"cloudpocket", "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--scan", "off"}, args...)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &served{Cmd: cmd, said: make(chan string, 1), log: log}
	lines := bufio.NewReader(log)
	for s.url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("serve ends: %v, %s", cmd.Wait(), line)
		}
		if m := regexp.MustCompile(`msg=serving address=(\S+)`).FindStringSubmatch(line); m != nil {
			s.url = "http://" + m[1]
		}
	}
	go func() {
		rest, err := io.ReadAll(lines)
		s.said <- string(rest) + errorText(err)
	}()
	return s
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// ready returns what /readyz says: its status and whether it names word.
func (s *served) ready(t *testing.T, word string) (int, bool) {
	t.Helper()
	res, err := interop.Client().Get(s.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, strings.Contains(string(body), word)
}

func (s *served) end(t *testing.T) error {
	t.Helper()
	log := <-s.said
	err := s.Wait()
	t.Logf("it said:\n%s", log)
	if err == nil && !strings.Contains(log, "msg=stopped") {
		t.Error("it ends without saying that it stopped")
	}
	return err
}

// TestLogReaderGone ends who reads the log while the service runs: it goes on, and stops when it is told to, with an
// error that says that lines were lost.
func TestLogReaderGone(t *testing.T) {
	s := startServe(t)
	if err := s.log.Close(); err != nil {
		t.Fatal(err)
	}
	for range 15 { // over more than one try to write
		res, err := interop.Client().Get(s.url + "/nothing/here")
		if err != nil {
			t.Fatalf("the service is gone: %v, %v", err, s.Wait())
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Fatalf("status %d", res.StatusCode)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-s.said
	var ended *exec.ExitError
	if err := s.Wait(); !errors.As(err, &ended) || ended.ExitCode() != 1 {
		t.Errorf("it ends with %v, want status 1", err)
	}
}

func TestSignalStops(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(signal.String(), func(t *testing.T) {
			s := startServe(t)
			if status, ok := s.ready(t, `"status":"ok"`); status != http.StatusOK || !ok {
				t.Errorf("readyz answers %d", status)
			}
			if err := s.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if err := s.end(t); err != nil {
				t.Errorf("ends with %v", err)
			}
		})
	}
}

// TestSecondSignalEndsAtOnce tells a service to stop that would go on for a minute, and then again.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	s := startServe(t, "--stop-delay", "1m")
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if status, stopping := s.ready(t, `"status":"stopping"`); status == http.StatusServiceUnavailable && stopping {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("readyz does not say that the service is stopping")
		}
	}
	again := time.Now()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := s.end(t); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
		t.Errorf("ends with %v, want the signal", err)
	}
	if took := time.Since(again); took > 10*time.Second {
		t.Errorf("ends only after %s", took)
	}
}
