package page

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"cloudpocket/store"
)

// BenchmarkInbox makes a full page of the list.
func BenchmarkInbox(b *testing.B) {
	p, err := New(Config{})
	if err != nil {
		b.Fatal(err)
	}
	v := Inbox{Count: store.InboxCount{Unread: 3, Pending: 120}, Kinds: kinds(), Next: "next"}
	for i := range 50 {
		item := store.InboxItem{Title: longTitle, Kind: "social-insurance", Acknowledge: i%2 == 0, OfficeName: "本社", FileCount: i % 3}
		item.DeliveryID, item.DeliveredAt = store.ID(fmt.Sprintf("01k%023d", i)), clock()
		if i > 5 {
			item.ViewedAt = clock().Add(time.Hour)
		}
		v.Items = append(v.Items, item)
	}
	r := httptest.NewRequest(http.MethodGet, "/deliveries", nil)
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Inbox(httptest.NewRecorder(), r, client(), v); err != nil {
			b.Fatal(err)
		}
	}
}
