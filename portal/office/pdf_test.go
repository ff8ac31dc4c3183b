package office_test

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal/egov/egovtest"
	chromium "cloudpocket/portal/press"
	"cloudpocket/store"
)

// TestPDFByChromium saves a package as a PDF by the browser that makes them: a page for each of its parts at least, called
// after the document, and a fact once it is made.
func TestPDFByChromium(t *testing.T) {
	p, err := chromium.New(os.Getenv("CLOUDPOCKET_TEST_CHROMIUM"), time.Minute)
	if err != nil {
		t.Fatalf("CLOUDPOCKET_TEST_CHROMIUM must name Chromium; run the tests by .ci/test, which brings it: %v", err)
	}
	s := newShowing(t)
	s.printWith(t, p)
	delivery, document := s.pack(t, egovtest.Several, 7)
	for base, person := range map[string]*person{delivery: s.client, document: s.boss} {
		rec := person.get(base + "/pdf")
		pdf, h := rec.Body.Bytes(), rec.Header()
		if rec.Code != http.StatusOK || !bytes.HasPrefix(pdf, []byte("%PDF-")) || bytes.Count(pdf, []byte("/Type /Page\n")) < 2 {
			t.Errorf("%s: %d, %d pages: %.200q", base, rec.Code, bytes.Count(pdf, []byte("/Type /Page\n")), pdf)
		}
		if h.Get("Content-Type") != "application/pdf" || !strings.Contains(h.Get("Content-Disposition"), "attachment;") || !strings.Contains(h.Get("Content-Disposition"), ".pdf") || h.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s comes with %v", base, h)
		}
	}
	r := s.receipt(t, "client", store.ID(strings.TrimPrefix(delivery, "/deliveries/")))
	if r.DownloadedAt.IsZero() || s.deeds(t, store.DeedDownload) != 2 {
		t.Errorf("the receipt is %+v, %d downloads were audited", r, s.deeds(t, store.DeedDownload))
	}
}

// TestPDFThatCannotBeMade has a press without time: that is said, and no fact.
func TestPDFThatCannotBeMade(t *testing.T) {
	s := newShowing(t)
	p, err := chromium.New(os.Getenv("CLOUDPOCKET_TEST_CHROMIUM"), time.Millisecond)
	if err != nil {
		t.Fatalf("CLOUDPOCKET_TEST_CHROMIUM must name Chromium; run the tests by .ci/test, which brings it: %v", err)
	}
	s.printWith(t, p)
	delivery, _ := s.pack(t, egovtest.Pension, 1)
	rec := s.client.get(delivery + "/pdf")
	r := s.receipt(t, "client", store.ID(strings.TrimPrefix(delivery, "/deliveries/")))
	if rec.Code != http.StatusServiceUnavailable || !strings.Contains(rec.Body.String(), "No PDF can be made at the moment") || !r.DownloadedAt.IsZero() || s.deeds(t, store.DeedDownload) != 0 {
		t.Errorf("%d, receipt %+v: %s", rec.Code, r, rec.Body)
	}
}
