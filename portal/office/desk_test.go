package office_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// TestFromTheDeskToTheClientAndBack follows one document: handed out, seen, acknowledged, looked after, withdrawn.
func TestFromTheDeskToTheClientAndBack(t *testing.T) {
	w := newWorld(t)
	boss, clerk := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView)
	document, delivery, _ := boss.handOut(t)
	doc, del := "/desk/documents/"+string(document), "/deliveries/"+string(delivery)

	expect(t, "list before", clerk.get("/deliveries"), 200, "1 unread · 1 to acknowledge", "標準報酬決定通知書 4名分", "To acknowledge", "Previous sign-in")
	expect(t, "document", clerk.get(del), 200, "みなと社会保険労務士法人", "利用者 boss", "事業所x1", "ご確認ください。", "Acknowledge receipt", "通知 書.txt")
	expect(t, "list between", clerk.get("/deliveries"), 200, "0 unread · 1 to acknowledge", "To acknowledge")
	if rec := clerk.post(del+"/acknowledge", ""); rec.Header().Get("Location") != del+"?done=acknowledged" {
		t.Fatalf("acknowledge: %d %s", rec.Code, rec.Body)
	}
	expect(t, "document after", clerk.get(del+"?done=acknowledged"), 200, "The sender can see it")
	expect(t, "list after", clerk.get("/deliveries"), 200, "Nothing unread, nothing to acknowledge")
	expect(t, "unread only", clerk.get("/deliveries?unread=1"), 200, "No documents match")
	expect(t, "desk", boss.get("/desk"), 200, "1 / 1", "1 delivered")
	expect(t, "receipts", boss.get(doc), 200, "利用者 clerk", "Acknowledged", "22 Nov 2026, 12:00")

	expect(t, "form for withdrawing", boss.get(doc+"?withdraw="+string(delivery)), 200, "Reason for withdrawing", "Keep it")
	expect(t, "without a reason", boss.post("/desk/deliveries/"+string(delivery)+"/withdraw", "reason=+&document="+string(document)), 422, "Enter a reason of 1 to 500", `aria-invalid="true"`)
	if rec := boss.post("/desk/deliveries/"+string(delivery)+"/withdraw", "reason=wrong+office&document="+string(document)); rec.Header().Get("Location") != doc+"?done=withdrawn" {
		t.Fatalf("withdraw: %d %s", rec.Code, rec.Body)
	}
	expect(t, "desk after", boss.get(doc+"?done=withdrawn"), 200, "Reason: wrong office", "Its readers no longer see it")
	expect(t, "document after withdrawal", clerk.get(del), 404, "Not found", "Reference")
	expect(t, "withdraw again", boss.post("/desk/deliveries/"+string(delivery)+"/withdraw", "reason=x&document="+string(document)), 409, "This has changed")
	expect(t, "withdraw without its document", boss.post("/desk/deliveries/"+string(delivery)+"/withdraw", "reason=x&document=//evil"), 422, "could not be read")
	expect(t, "acknowledge as staff", boss.post(del+"/acknowledge", ""), 403, "Only the client")
}

func expect(t *testing.T, what string, rec interface {
	Result() *http.Response
}, status int, want ...string) {
	t.Helper()
	res := rec.Result()
	var b strings.Builder
	if err := res.Write(&b); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != status {
		t.Errorf("%s: %d, want %d", what, res.StatusCode, status)
	}
	for _, s := range want {
		if !strings.Contains(b.String(), s) {
			t.Errorf("%s: no %q", what, s)
		}
	}
}

// TestInboxPages walks a list that is longer than a page, by its own links.
func TestInboxPages(t *testing.T) {
	w := newWorld(t)
	boss, clerk := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitView)
	total := store.DefaultPage + 3
	for i := range total {
		w.now = w.now.Add(time.Second)
		if rec := boss.send(t, append(good(), field{"title", "", fmt.Sprintf("通知 %d", i)})); rec.Code != http.StatusSeeOther {
			t.Fatal(rec.Body)
		}
	}
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`)
	seen, target := map[string]bool{}, "/deliveries?kind=social-insurance"
	for pages := 0; target != ""; pages++ {
		body := clerk.get(target).Body.String()
		if strings.Contains(body, "First page") != (pages > 0) || pages > 2 {
			t.Fatalf("page %d: the way back is wrong", pages)
		}
		for _, m := range regexp.MustCompile(`href="(/deliveries/[0-9a-z]+)"`).FindAllStringSubmatch(body, -1) {
			seen[m[1]] = true
		}
		target = ""
		if m := next.FindStringSubmatch(body); m != nil {
			target = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if len(seen) != total {
		t.Errorf("%d of %d rows seen", len(seen), total)
	}
	expect(t, "other office", clerk.get("/deliveries?office=x2"), 200, "No documents match")
	expect(t, "other kind", boss.get("/desk?kind=separation"), 200, "No documents match")
}

func TestOwnSessions(t *testing.T) {
	w := newWorld(t)
	clerk, boss := w.add(t, "clerk", "x", store.PermitView), w.add(t, "boss", "", store.PermitAll)
	first := sessionOf(t, clerk)
	w.now = w.now.Add(time.Minute)
	old := *clerk
	clerk.signIn(t)
	expect(t, "list", clerk.get("/me/sessions"), 200, "Chrome on Windows", "192.0.2.1", "This session", "/me/sessions/"+string(first)+"/revoke")
	expect(t, "another person's", boss.post("/me/sessions/"+string(first)+"/revoke", ""), 404)
	if rec := clerk.post("/me/sessions/"+string(first)+"/revoke", ""); rec.Header().Get("Location") != "/me/sessions?done=revoked" {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := old.get("/deliveries"); rec.Code != http.StatusSeeOther {
		t.Errorf("the ended session still gets %d", rec.Code)
	}
	expect(t, "everywhere", clerk.post("/me/sessions/revoke-all", ""), 200, "You have signed out", "you may still be signed in")
	if rec := clerk.get("/deliveries"); rec.Code != http.StatusSeeOther {
		t.Errorf("after signing out everywhere: %d", rec.Code)
	}
}
