package page

import (
	"strconv"
	"strings"
)

// agent is what a User-Agent gives away about the browser and the system. Browser and System may be empty, Major zero.
type agent struct {
	Browser string
	Major   int
	System  string
}

// agentLimit is how many bytes of a User-Agent are read. Real ones have less than half of that.
const agentLimit = 512

// sign is what shows a browser in a User-Agent, before its version or on its own.
type sign struct{ mark, browser string }

// signs are in the order in which they are tried. Browsers claim to be one another, so the more particular come first.
func signs() []sign {
	return []sign{
		{"Edg/", "Microsoft Edge"}, {"EdgA/", "Microsoft Edge"}, {"EdgiOS/", "Microsoft Edge"}, {"Edge/", "Microsoft Edge"},
		{"OPR/", "Opera"}, {"OPT/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Vivaldi/", "Vivaldi"}, {" Line/", "LINE"},
		{"MSIE ", "Internet Explorer"}, {"Trident/7.0; rv:", "Internet Explorer"}, {"Trident/", "Internet Explorer"},
		{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Version/", "Safari"},
	}
}

// agentOf reads a User-Agent (RFC 9110 10.1.5).
func agentOf(s string) agent {
	s = s[:min(len(s), agentLimit)]
	a := agent{System: firstOf(s, "iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "CrOS", "ChromeOS",
		"Macintosh", "macOS", "Linux", "Linux")}
	for _, one := range signs() {
		if _, version, found := strings.Cut(s, one.mark); found {
			a.Browser, a.Major = one.browser, leading(version)
			break
		}
	}
	return a.plain(s)
}

// plain tells browsers from those who only use their engine: on Android a page inside another application says Version
// as well as Chrome, and Safari says its own name at the end.
func (a agent) plain(s string) agent {
	switch {
	case a.Browser == "Chrome" && a.System == "Android" && (strings.Contains(s, "; wv)") || strings.Contains(s, "Version/")):
		a.Browser = "Android WebView"
	case a.Browser == "Safari" && (a.System == "Android" || !strings.Contains(s, "Safari/")):
		a.Browser, a.Major = "", 0
	}
	return a
}

// leading returns the number that s begins with, zero if it begins with none or one of more than four digits.
func leading(s string) int {
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end > 4 {
		return 0
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil {
		return 0
	}
	return n
}

// firstOf returns the second of the first pair whose first is in s, or "".
func firstOf(s string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.Contains(s, pairs[i]) {
			return pairs[i+1]
		}
	}
	return ""
}

// device says in words which browser runs where.
func (w Words) device(a agent) (string, error) {
	switch {
	case a.Browser == "" && a.System == "":
		return w.Say("device.unknown", nil)
	case a.System == "":
		return a.Browser, nil
	case a.Browser == "":
		return a.System, nil
	}
	return w.Say("device.both", map[string]any{"Browser": a.Browser, "System": a.System})
}
