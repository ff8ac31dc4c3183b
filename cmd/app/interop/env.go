package interop

import (
	"os"
	"testing"
)

// variable returns an environment variable that .ci/test sets; a test that needs one and lacks it fails.
func variable(t testing.TB, name string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		t.Fatalf("%s is not set: run the tests with .ci/test, or through .ci/test --with go test …", name)
	}
	return v
}

// PreviewCode returns the folder in which tests share the PDF engine's machine code: compiling it takes a while with the
// race detector.
func PreviewCode(t testing.TB) string {
	t.Helper()
	return variable(t, "CLOUDPOCKET_TEST_PREVIEW_CODE")
}

// ChromiumPath returns where Chromium is.
func ChromiumPath(t testing.TB) string {
	t.Helper()
	return variable(t, "CLOUDPOCKET_TEST_CHROMIUM")
}
