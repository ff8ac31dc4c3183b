package widget

import (
	"bytes"
	"compress/gzip"
	"testing"
)

// maxScript is how many bytes of the element's script a partner's page may have to wait for.
const maxScript = 4 << 10

func TestScriptIsSmall(t *testing.T) {
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(a.files["embed.js"]); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("embed.js: %d bytes, %d with gzip", len(a.files["embed.js"]), b.Len())
	if b.Len() > maxScript {
		t.Errorf("embed.js is %d bytes with gzip, want at most %d", b.Len(), maxScript)
	}
}
