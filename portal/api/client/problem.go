package client

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Problem is what the service says when it refuses (RFC 9457).
type Problem struct {
	Status   int    `json:"status"`
	Title    string `json:"title"`
	Code     string `json:"code"`     // what it is, always the same: error.office_nowhere
	Detail   string `json:"detail"`   // for a person, in the language asked for
	Instance string `json:"instance"` // what the service's log calls the request
}

func (p *Problem) Error() string {
	return fmt.Sprintf("the service answered %d %s: %s (request %s)", p.Status, p.Code, p.Detail, p.Instance)
}

// Later reports whether the same may succeed when it is sent again after a while.
func (p *Problem) Later() bool {
	switch p.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// maxProblem is how many bytes of a refusal are read.
const maxProblem = 64 << 10

// problemOf reads a refusal, whoever it is of, and closes it.
func problemOf(resp *http.Response) error {
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxProblem))
	p := &Problem{}
	if err != nil || json.Unmarshal(b, p) != nil {
		p = &Problem{Title: http.StatusText(resp.StatusCode)}
	}
	p.Status = resp.StatusCode
	return p
}
