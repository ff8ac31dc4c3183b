package route

import (
	"path"
	"regexp"
	"strings"
)

// secretVariable is what a pattern calls a variable that nobody may read in a log: who has it may do what the route does.
const secretVariable = "secret"

// conceal keeps what stands in pattern's {secret}, if it has one, and all that follows it, out of the log. That holds
// for every path of that shape, so also for one with a method or an ending that no route has.
func (rt *Router) conceal(pattern string) {
	before, _, found := strings.Cut(pattern, "{"+secretVariable+"}")
	if !found {
		return
	}
	var shape strings.Builder
	for part := range strings.SplitSeq(before, "/") {
		if strings.HasPrefix(part, "{") {
			shape.WriteString(`[^/]+/`)
		} else if part != "" {
			shape.WriteString(regexp.QuoteMeta(part) + "/")
		}
	}
	rt.secrets = append(rt.secrets, regexp.MustCompile(`^(?is)(/`+shape.String()+`).+`))
}

// logged returns a request's path as the log may have it.
func (rt *Router) logged(at string) string {
	for _, s := range rt.secrets {
		if m := s.FindStringSubmatch(path.Clean(at)); m != nil {
			return m[1] + "{" + secretVariable + "}"
		}
	}
	return at
}
