package page

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// maxTravel is how many bytes of the form with a thousand offices go over the line to a browser, which all take gzip.
const maxTravel = 40 << 10

// firmOfThousand has IDs as they are made, over years, and no two names alike.
func firmOfThousand() Publish {
	v, n := thousand(), 0
	for i := range v.Companies {
		v.Companies[i].Name = fmt.Sprintf("株式会社%sサービス%d", []string{"青葉", "みなと", "北関東", "さくら", "ひかり"}[i%5], i*i%9973)
		for j := range v.Companies[i].Offices {
			o := &v.Companies[i].Offices[j]
			o.ID = store.NewID(clock().Add(time.Duration(n*n) * time.Minute))
			o.Name = fmt.Sprintf("%s第%d事業所", []string{"横浜", "川崎", "千葉", "大宮", "宇都宮", "前橋", "水戸"}[n%7], n*7919%1009)
			n++
		}
	}
	return v
}

func TestFormIsPacked(t *testing.T) {
	p := newPages(t)
	refused := firmOfThousand()
	refused.Problems = []Problem{{Field: "title", Key: "error.title", Args: map[string]any{"Max": 200}}}
	for _, row := range []struct {
		name, method, target, accept string
		form                         Publish
		packed, varies               bool
	}{
		{"a browser", "GET", "/desk/new", "gzip, deflate, br, zstd", firmOfThousand(), true, true},
		{"the headers alone", "HEAD", "/desk/new", "gzip", firmOfThousand(), true, true},
		{"gzip is not taken", "GET", "/desk/new", "br", firmOfThousand(), false, true},
		{"nothing is said", "GET", "/desk/new", "", firmOfThousand(), false, true},
		{"a query, which links repeat", "GET", "/desk/new?x=%E7%A4%BE", "gzip", firmOfThousand(), false, false},
		{"what was typed comes back", "POST", "/desk/documents", "gzip", refused, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, w := httptest.NewRequest(row.method, row.target, nil), httptest.NewRecorder()
			r.Header.Set("Accept-Encoding", row.accept)
			if err := p.Publish(w, r, staff(), row.form); err != nil {
				t.Fatal(err)
			}
			h, size := w.Header(), w.Body.Len()
			if packed := h.Get("Content-Encoding") == "gzip"; packed != row.packed || (h.Get("Vary") != "") != row.varies || h.Get("Content-Length") != fmt.Sprint(size) {
				t.Errorf("%d bytes with %v", size, h)
			}
			if !row.packed {
				return
			}
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(z)
			if n := strings.Count(string(text), "name=office"); err != nil || n < 1000 || !strings.HasSuffix(strings.TrimSpace(string(text)), "</html>") {
				t.Errorf("%d offices, %v", n, err)
			}
			if size > maxTravel {
				t.Errorf("%d bytes travel of %d, over %d", size, len(text), maxTravel)
			}
			t.Logf("%d bytes travel of %d", size, len(text))
		})
	}
}

func TestTakesGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"gzip": true, "br, GZIP": true, "gzip;q=0.5": true, "deflate , gzip ; q=1": true, "gzip; Q=1.000": true,
		"": false, "*": false, "identity": false, "x-gzip": false, "gzip;q=0": false, "gzip; q=0.000, br": false, "gzip;q=": false, "gzip;level=1": false,
	} {
		if takesGzip(header) != want {
			t.Errorf("%q: %t", header, !want)
		}
	}
}

// FuzzTakesGzip demands that nobody gets gzip who did not name it.
func FuzzTakesGzip(f *testing.F) {
	for _, header := range []string{"gzip, deflate, br", "gzip;q=0", ";;q==,gzip", "gzip;q=NaN"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if takesGzip(header) && !strings.Contains(strings.ToLower(header), "gzip") {
			t.Errorf("%q", header)
		}
	})
}
