package client_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"cloudpocket/portal/api/client"
	"cloudpocket/portal/api/gen"
	"cloudpocket/portal/hook"
)

// text is a file in memory.
func text(name, content string) client.File {
	return client.File{Name: name, Size: int64(len(content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
}

// A company and its office by the parent product's own IDs, whatever is in them.
func ExampleClient_PutOffice() {
	s := serve()
	defer s.close()
	ctx := context.Background()
	c, err := client.New(s.config)
	if err != nil {
		panic(err)
	}
	company, _, err := c.PutCompany(ctx, "人事/1", gen.CompanyInput{Name: "青空商事"}, "")
	if err != nil {
		panic(err)
	}
	office, etag, err := c.PutOffice(ctx, "人事/1", "本店/東京", gen.OfficeInput{Name: "本店"}, "")
	if err != nil {
		panic(err)
	}
	fmt.Println(company.ExternalId, office.ExternalId, office.Name)
	office, _, err = c.PutOffice(ctx, "人事/1", "本店/東京", gen.OfficeInput{Name: "東京本店"}, etag)
	fmt.Println(office.Name, err)
	_, _, err = c.PutOffice(ctx, "人事/1", "本店/東京", gen.OfficeInput{Name: "本店"}, etag)
	fmt.Println(err.(interface{ Unwrap() error }).Unwrap().(*client.Problem).Code)
	for one, err := range c.Companies(ctx) {
		fmt.Println(one.ExternalId, one.Name, err)
	}
	// Output:
	// 人事/1 本店/東京 本店
	// 東京本店 <nil>
	// error.etag
	// C-1 さくら食品 <nil>
	// 人事/1 青空商事 <nil>
}

// A night's packages: sent again after it broke off, nothing is there twice.
func ExampleClient_PushAll() {
	s := serve()
	defer s.close()
	ctx := context.Background()
	c, err := client.New(s.config)
	if err != nil {
		panic(err)
	}
	var files []client.File
	for i := range 250 {
		files = append(files, text(fmt.Sprintf("%03d.txt", i), fmt.Sprint("通知書 ", i)))
	}
	files = append(files, text("program.exe", "MZ"), text("...", "x"))
	ids := map[string]bool{}
	for range 2 {
		taken, refused, wrong := 0, 0, 0
		err = c.PushAll(ctx, "2026-11", files, 4, func(_ client.File, r gen.PackageResult) {
			switch {
			case r.Problem != nil:
				wrong++
			case r.Package.State == "refused":
				refused++
			default:
				taken++
				ids[r.Package.Id] = true
			}
		})
		fmt.Println(taken, "taken,", refused, "refused,", wrong, "wrong,", len(ids), "known,", err)
	}
	// Output:
	// 250 taken, 1 refused, 1 wrong, 250 known, <nil>
	// 250 taken, 1 refused, 1 wrong, 250 known, <nil>
}

// A document is published, somebody reads it, and who follows the receipts is told of each change.
func ExampleClient_Changes() {
	s := serve()
	defer s.close()
	ctx := context.Background()
	c, err := client.New(s.config)
	if err != nil {
		panic(err)
	}
	doc, err := c.Publish(ctx, client.Document{Title: "お知らせ", Kind: "other", Deliver: true, Offices: []string{"O-1"}, Files: []client.File{text("a.txt", "本文")}})
	if err != nil {
		panic(err)
	}
	cursor := "" // to be kept with what was done about it
	follow := func() {
		for change, err := range c.Changes(ctx, cursor) {
			if err != nil {
				panic(err)
			}
			fmt.Println(change.DocumentId == doc.Id, change.AccountId, change.State, change.ViewedAt != nil)
			cursor = change.Next
		}
	}
	follow()
	s.views(doc.Deliveries[0].Id)
	follow()
	if err := c.Withdraw(ctx, doc.Deliveries[0].Id, "誤配付", ""); err != nil {
		panic(err)
	}
	follow()
	follow() // nothing
	// Output:
	// true suzuki delivered false
	// true suzuki delivered true
	// true suzuki withdrawn true
}

// What arrives at a webhook is believed when it is signed.
func ExampleWebhook() {
	const secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
	now := time.Now()
	body := []byte(`{"type":"document.viewed"}`)
	header := http.Header{"Webhook-Id": {"msg_1"}, "Webhook-Timestamp": {fmt.Sprint(now.Unix())},
		"Webhook-Signature": {hook.Sign([]byte("01234567890123456789012345678901"), "msg_1", now, body)}} // as the service does
	id, err := client.Webhook([]string{secret}, header, body, now)
	fmt.Println(id, err)
	_, err = client.Webhook([]string{secret}, header, []byte(`{"type":"document.forged"}`), now)
	fmt.Println(err)
	// Output:
	// msg_1 <nil>
	// not a message of the service
}
