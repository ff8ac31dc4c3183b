package page

import (
	"net/http"
	"strconv"
	"time"
)

// browser is one that the service is made for, in the version that was current on [browsersAsOf] and the one before.
type browser struct {
	Name    string
	Current int
	Desktop string
	Phone   string
}

// From is the oldest version that is supported.
func (b browser) From() int { return b.Current - 1 }

// browsersAsOf is the day on which the versions below were looked up.
func browsersAsOf() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, tokyo()) }

func supported() []browser {
	return []browser{
		{"Chrome", 157, "Windows, macOS, Linux, ChromeOS", "Android, iPhone, iPad"},
		{"Microsoft Edge", 157, "Windows, macOS", "Android, iPhone, iPad"},
		{"Firefox", 160, "Windows, macOS, Linux", "Android, iPhone, iPad"},
		{"Safari", 27, "macOS", "iPhone, iPad"},
	}
}

// browsers is the page about browsers.
type browsers struct {
	Supported []browser
	AsOf      time.Time
	Yours     agent
	Verdict   verdict
	From      int // the oldest supported version of the reader's own; zero if it is none of the supported
}

// verdict is what can be said of a reader's browser; its words are the message "browsers." + verdict.
type verdict string

const (
	runs    verdict = "runs"    // supported
	old     verdict = "old"     // supported in a later version
	other   verdict = "other"   // recognised, and none of the supported
	unknown verdict = "unknown" // not recognised, or without a version
)

// Browsers names the browsers that the service is made for and says what it makes of the reader's own. It needs no
// session, and says nothing of what is in the service.
func (p *Pages) Browsers(w http.ResponseWriter, r *http.Request) error {
	v := browsers{Supported: supported(), AsOf: browsersAsOf(), Yours: agentOf(r.UserAgent())}
	v.Verdict, v.From = judge(v.Yours)
	return p.show(w, r, http.StatusOK, "browsers", Shell{}, v)
}

// judge holds a browser against those supported. Versions that are newer than the list are taken for good.
func judge(a agent) (v verdict, from int) {
	for _, b := range supported() {
		switch {
		case a.Browser != b.Name:
		case a.Major == 0:
			return unknown, b.From()
		case a.Major < b.From():
			return old, b.From()
		default:
			return runs, b.From()
		}
	}
	if a.Browser == "" {
		return unknown, 0
	}
	return other, 0
}

// Fine reports whether there is nothing to do for the reader.
func (v browsers) Fine() bool { return v.Verdict == runs }

// Named is the reader's browser with its version, as far as it is known.
func (v browsers) Named() agent {
	a := v.Yours
	if a.Browser != "" && a.Major > 0 {
		a.Browser += " " + strconv.Itoa(a.Major)
	}
	return a
}
