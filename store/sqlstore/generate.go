package sqlstore

// sqlc runs from its own module, so that what it is built of stays out of ours.
//
//go:generate env CGO_ENABLED=0 go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.30.0 generate
