package api

// oapi-codegen runs from its own module, so that what it is built of stays out of ours.
//
//go:generate env CGO_ENABLED=0 go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.0 -config oapi-codegen.yaml openapi.json
