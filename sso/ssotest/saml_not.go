package ssotest

import (
	"fmt"
	"testing"
)

// noT stands in for the test where a message is made without one at hand; what fails then panics.
type noT struct{ testing.TB }

func (noT) Helper() {}

func (noT) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
