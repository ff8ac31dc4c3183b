package page

import (
	"fmt"
	"html/template"
)

// icons are pictures drawn with one stroke, by name. They say nothing to a screen reader: a word stands beside every one.
type icons map[string]template.HTML

func drawn() icons {
	all := icons{}
	for name, d := range strokes() {
		all[name] = template.HTML(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="` + d + `"/></svg>`)
	}
	return all
}

func (i icons) icon(name string) (template.HTML, error) {
	d, ok := i[name]
	if !ok {
		return "", fmt.Errorf("there is no icon %q", name)
	}
	return d, nil
}

func strokes() map[string]string {
	return map[string]string{
		"pocket":   "M4 5h16v7a8 8 0 0 1-16 0zM8 5V3h8v2M9 11l3 3 3-3",
		"inbox":    "M3 13l3-8h12l3 8v6H3zM3 13h5l1.5 3h5L16 13h5",
		"desk":     "M5 4h14v16H5zM9 8h6M9 12h6M9 16h4",
		"send":     "M21 3L10 14M21 3l-7 18-4-7-7-4z",
		"devices":  "M3 5h14v9H3zM1.5 18H13M16 10h6v10h-6z",
		"out":      "M14 4H5v16h9M10 12h11M17.5 8.5L21 12l-3.5 3.5",
		"mail":     "M3 6h18v12H3zM3 7l9 6 9-6",
		"eye":      "M2 12c5-8 15-8 20 0-5 8-15 8-20 0zM12 9.5a2.500 2.500 0 1 0 .01 0z",
		"download": "M12 4v11M7.500 11L12 15.500 16.500 11M4 19.500h16",
		"check":    "M4.500 12.500l5 5 10-11",
		"clock":    "M12 3a9 9 0 1 0 .01 0zM12 7v5.500l3.500 2",
		"draft":    "M4 20l1-5L16 4l4 4L9 19zM13.500 6.500l4 4",
		"undo":     "M9 5L4 10l5 5M4 10h10a6 5 0 0 1 0 10h-3",
		"file":     "M6 3h8l5 5v13H6zM14 3v5h5",
		"files":    "M8 3h7l4 4v10H8zM8 7H5v14h10v-4",
		"building": "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3",
		"back":     "M14.500 5.500L8 12l6.500 6.500",
		"next":     "M9.500 5.500L16 12l-6.500 6.500",
		"first":    "M18 5.500L11.500 12l6.500 6.500M6 5v14",
		"warn":     "M12 3.500L22 20.500H2zM12 10v5M12 17.500v.5",
		"info":     "M12 3a9 9 0 1 0 .01 0zM12 11v6M12 7.500v.5",
		"lock":     "M5 11h14v10H5zM8 11V7.500a4 4 0 0 1 8 0V11",
		"matrix":   "M4 4h16v16H4zM4 9.500h16M4 15h16M9.500 4v16M15 4v16",
		"search":   "M10.500 4a6.500 6.500 0 1 0 .01 0zM15.500 15.500L21 21",
		"person":   "M12 4a4 4 0 1 0 .01 0zM4 21c1-9 15-9 16 0",
		"tray":     "M4 4h16v16H4zM4 14h4.500l1.500 2.500h4l1.500-2.500H20M12 7v5M9.500 9.500L12 12l2.500-2.500",
		"plus":     "M12 5v14M5 12h14",
		"hook":     "M12 6v8a4 4 0 1 0 4 4M12 2a2 2 0 1 0 .01 0z",
		"key":      "M8 9a5 5 0 1 0 .01 0zM12 12l9-9M17 7l3 3",
		"plug":     "M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3",
	}
}
