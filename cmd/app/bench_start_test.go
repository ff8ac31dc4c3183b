package app_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// BenchmarkStart takes the time from the process's start to its first answer, and the memory of the idle process. The
// first start makes keys and the schema; "again" is every start after it.
func BenchmarkStart(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "cloudpocket")
	if out, err := exec.Command("go", "build", "-o", binary, "cloudpocket/cmd/cloudpocket").CombinedOutput(); err != nil {
		b.Fatalf("build the service: %v\n%s", err, out)
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			data := b.TempDir()
			b.StartTimer()
			oneStart(b, binary, data)
		}
	})
	b.Run("again", func(b *testing.B) {
		data := b.TempDir()
		oneStart(b, binary, data)
		for b.Loop() {
			oneStart(b, binary, data)
		}
	})
	b.Run("memory", func(b *testing.B) {
		data := b.TempDir()
		for b.Loop() {
			p, _ := run(b, binary, data)
			time.Sleep(2 * time.Second)
			b.ReportMetric(resident(b, p, "VmRSS:"), "MiB")
			b.ReportMetric(resident(b, p, "RssAnon:"), "anon-MiB")
			end(b, p)
		}
	})
}

// oneStart leaves the timer running for as long as the service takes to answer.
func oneStart(b *testing.B, binary, data string) {
	b.Helper()
	p, took := run(b, binary, data)
	b.StopTimer()
	b.ReportMetric(float64(took.Microseconds())/1000, "ms-last")
	end(b, p)
	b.StartTimer()
}

// run starts the service and returns once it has answered.
func run(b *testing.B, binary, data string) (*exec.Cmd, time.Duration) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(b, err)
	addr := l.Addr().String()
	must(b, l.Close())
	p := exec.Command(binary, "serve", "--data", data, "--listen", addr, "--scan", "off")
	var log bytes.Buffer
	p.Stderr = &log
	p.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	begun := time.Now()
	must(b, p.Start())
	for time.Since(begun) < 20*time.Second {
		if conn, err := net.Dial("tcp", addr); err == nil {
			defer conn.Close()
			c := client{conn: conn, buffer: make([]byte, 4096)}
			if status, err := c.ask(get("/healthz", "")); err != nil || status != "200" {
				b.Fatal(status, err)
			}
			return p, time.Since(begun)
		}
		time.Sleep(200 * time.Microsecond)
	}
	b.Fatalf("no answer: %s", log.String())
	return nil, 0
}

func end(b *testing.B, p *exec.Cmd) {
	b.Helper()
	must(b, p.Process.Signal(syscall.SIGTERM))
	must(b, p.Wait())
}

// resident returns a line of the process's status, in MiB.
func resident(b *testing.B, p *exec.Cmd, name string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	must(b, err)
	_, after, ok := bytes.Cut(text, []byte("\n"+name))
	if !ok {
		b.Fatalf("no %s in %s", name, text)
	}
	var kib float64
	_, err = fmt.Sscan(string(after), &kib)
	must(b, err)
	return kib / 1024
}
