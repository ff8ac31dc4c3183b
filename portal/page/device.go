package page

import "strings"

// device is what a User-Agent gives away about the browser and the system; either may be empty.
type device struct{ Browser, System string }

// deviceOf reads a User-Agent. Browsers claim to be one another, so the more particular names are tried first.
func deviceOf(agent string) device {
	return device{
		Browser: firstOf(agent, "Edg", "Microsoft Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "FxiOS", "Firefox",
			"Firefox", "Firefox", "CriOS", "Chrome", "Chrome", "Chrome", "Safari", "Safari"),
		System: firstOf(agent, "iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "CrOS", "ChromeOS",
			"Macintosh", "macOS", "Linux", "Linux"),
	}
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

func (w Words) device(d device) (string, error) {
	switch {
	case d.Browser == "" && d.System == "":
		return w.Say("device.unknown", nil)
	case d.System == "":
		return d.Browser, nil
	case d.Browser == "":
		return d.System, nil
	}
	return w.Say("device.both", map[string]any{"Browser": d.Browser, "System": d.System})
}
