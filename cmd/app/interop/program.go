package interop

import (
	"net"
	"os/exec"
	"path/filepath"
	"testing"
)

// NodePath returns where Node.js is.
func NodePath(t testing.TB) string {
	t.Helper()
	return variable(t, "CLOUDPOCKET_TEST_NODE")
}

// NodeModules returns the folder of the packages that .ci/test had npm install.
func NodeModules(t testing.TB) string {
	t.Helper()
	return filepath.Join(variable(t, "CLOUDPOCKET_TEST_OIDC_PROVIDER"), "node_modules")
}

// FreePort returns a port of the loopback address that nobody listens at.
func FreePort(t testing.TB) int { return freePort(t) }

// Program runs a server that listens at port until the test ends, and returns once it takes connections there.
func Program(t testing.TB, name string, port int, command func() *exec.Cmd) {
	t.Helper()
	p := &process{t: t, name: name, port: port, command: func(int) *exec.Cmd { return command() }}
	p.ready = func() error {
		c, err := net.Dial("tcp", address(port))
		if err == nil {
			c.Close()
		}
		return err
	}
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			t.Logf("%s printed:\n%s", name, p.log.String())
		}
	})
	p.Start()
}
