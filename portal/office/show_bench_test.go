package office_test

import (
	"testing"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
)

// BenchmarkOpenNotice is a client who opens a notice of twenty persons: the page around it, which records that it was
// viewed, and the notice itself in the frame. Cold, the package is read and the stylesheet applied.
func BenchmarkOpenNotice(b *testing.B) {
	for name, cold := range map[string]bool{"warm": false, "cold": true} {
		b.Run(name, func(b *testing.B) {
			s := newShowing(b)
			delivery, _ := s.pack(b, egovtest.Pension, 20)
			for b.Loop() {
				if cold {
					s.portal.Looks = portal.NewLooks(nil, 8<<20)
				}
				for _, path := range []string{"?part=2", "/parts/2"} {
					if rec := s.client.get(delivery + path); rec.Code != 200 {
						b.Fatal(rec.Code)
					}
				}
			}
		})
	}
}
