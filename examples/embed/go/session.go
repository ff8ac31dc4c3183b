package main

import (
	"net/http"
	"os"
	"time"
)

// person is somebody who is signed in to your product.
type person struct {
	subject    string // the name that your IdP knows them by
	signedInAt time.Time
}

// signedIn says who that is. It stands in for your own session: replace it by that.
func signedIn(*http.Request) (person, bool) {
	subject := os.Getenv("PERSON")
	return person{subject, time.Now().Add(-time.Minute)}, subject != ""
}
