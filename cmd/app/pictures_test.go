package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"testing"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/portal/preview"
	"cloudpocket/store"
)

// TestPicturesShow asks for what each kind of file shows, as the portal does.
func TestPicturesShow(t *testing.T) {
	maker, err := preview.Open(t.Context(), preview.Config{Cache: t.TempDir(), Compiled: interop.PreviewCode(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { maker.Close() })
	p := pictures{maker}
	for _, tt := range []struct {
		name    string
		content []byte
		form    portal.Form
		check   func(portal.Shown) bool
	}{
		{"通知書.pdf", egovtest.PDF("通知書", "見本"), portal.FormPages, func(s portal.Shown) bool {
			return s.Count == 1 && len(s.Pages) == 1 && s.Pages[0].Height > s.Pages[0].Width
		}},
		{"案内.txt", []byte("一\n二\n"), portal.FormText, func(s portal.Shown) bool { return len(s.Lines) >= 2 && s.Lines[1] == "二" }},
		{"一覧.csv", []byte("番号,氏名\n1,\"見本, 太郎\"\n"), portal.FormTable, func(s portal.Shown) bool { return s.Columns == 2 && s.Rows[1][1] == "見本, 太郎" }},
		{"表.xlsx", []byte("PK"), portal.FormDownload, func(portal.Shown) bool { return true }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := portal.Content{Tenant: "firm", Name: tt.name, Digest: store.DigestOf(sha256.Sum256(tt.content)),
				Open: func(context.Context) (store.Blob, error) { return inMemory{bytes.NewReader(tt.content)}, nil }}
			shown, err := p.Show(t.Context(), c)
			if err != nil || shown.Form != tt.form || !tt.check(shown) {
				t.Fatalf("%+v, %v", shown, err)
			}
			picture, err := p.Picture(t.Context(), c, 1, 640)
			if tt.form == portal.FormPages && (err != nil || picture.Width == 0 || len(picture.Bytes) == 0) {
				t.Errorf("%d×%d, %v", picture.Width, picture.Height, err)
			}
			if tt.form != portal.FormPages && store.KindOf(err) != store.NotFound {
				t.Errorf("a picture of what has none: %v", err)
			}
		})
	}
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }
