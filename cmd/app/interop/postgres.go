package interop

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Postgres returns the URL of an empty database of the shared PostgreSQL server, made for this test and dropped with it.
func Postgres(t testing.TB) string {
	t.Helper()
	super := variable(t, "CLOUDPOCKET_TEST_POSTGRES")
	u, err := url.Parse(super)
	if err != nil {
		t.Fatal("CLOUDPOCKET_TEST_POSTGRES is not a URL")
	}
	name := "interop_" + strings.ToLower(rand.Text())
	if err := execute(super, "CREATE DATABASE "+name); err != nil {
		t.Fatal("create a PostgreSQL database:", err)
	}
	t.Cleanup(func() {
		if err := execute(super, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error("drop the PostgreSQL database:", err)
		}
	})
	u.Path = "/" + name
	return u.String()
}

func execute(url, statement string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, statement)
	return err
}
