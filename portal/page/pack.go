package page

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// pack compresses a page that was made, where the browser takes gzip and it is safe: the length of a compressed page
// tells what it says, such as who a firm's clients are, to whoever can choose a part of it and look on (BREACH). So
// nothing of the request may be in it. At an address that is the page's own this holds for GET without a query alone: the
// links to other languages repeat the query, and what was typed comes back after a POST. There is no token to guess
// either: the session is a cookie, and forms of other sites are told by their headers.
func pack(h http.Header, r *http.Request, b *bytes.Buffer) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.URL.RawQuery != "" {
		return nil
	}
	h.Add("Vary", "Accept-Encoding")
	if !takesGzip(r.Header.Get("Accept-Encoding")) {
		return nil
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(b.Bytes()); err != nil {
		return fmt.Errorf("compress a page: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compress a page: %w", err)
	}
	*b = packed
	h.Set("Content-Encoding", "gzip")
	return nil
}

// takesGzip reads Accept-Encoding (RFC 9110 12.5.3). Only gzip by its name counts.
func takesGzip(header string) bool {
	for one := range strings.SplitSeq(header, ",") {
		name, weight, weighted := strings.Cut(one, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		key, q, _ := strings.Cut(strings.TrimSpace(weight), "=")
		share, err := strconv.ParseFloat(q, 64)
		return !weighted || strings.EqualFold(key, "q") && err == nil && share > 0
	}
	return false
}
