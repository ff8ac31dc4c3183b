package clean

import "strings"

// properties may be set. None of them can load, run or leave the place where the page is shown.
var properties = setOf(`
	background background-color border border-bottom border-bottom-color border-bottom-left-radius
	border-bottom-right-radius border-bottom-style border-bottom-width border-collapse border-color border-left
	border-left-color border-left-style border-left-width border-radius border-right border-right-color
	border-right-style border-right-width border-spacing border-style border-top border-top-color
	border-top-left-radius border-top-right-radius border-top-style border-top-width border-width bottom box-sizing
	break-after break-before break-inside caption-side clear color column-count column-gap column-rule column-width
	direction display empty-cells flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float font
	font-family font-feature-settings font-kerning font-size font-size-adjust font-stretch font-style font-variant
	font-weight gap height justify-content align-items align-content align-self justify-self left letter-spacing
	line-break line-height list-style list-style-position list-style-type margin margin-bottom margin-left margin-right
	margin-top max-height max-width min-height min-width opacity order orphans overflow overflow-wrap overflow-x
	overflow-y padding padding-bottom padding-left padding-right padding-top page page-break-after page-break-before
	page-break-inside position print-color-adjust right row-gap ruby-align ruby-position size table-layout tab-size
	text-align text-align-last text-combine-upright text-decoration text-decoration-color text-decoration-line
	text-decoration-style text-emphasis text-indent text-justify text-orientation text-overflow text-size-adjust
	text-spacing text-transform text-underline-position top unicode-bidi vertical-align visibility white-space widows
	width word-break word-spacing word-wrap writing-mode z-index zoom -webkit-print-color-adjust
	-webkit-text-size-adjust -webkit-writing-mode -webkit-text-combine`)

// functions may appear in a value. url(), image-set(), expression(), var(), attr() and all others may not.
var functions = setOf("rgb rgba hsl hsla calc min max clamp")

// media are the words of a media query.
var media = setOf(`all print screen and not only min-width max-width width min-height max-height height orientation
	portrait landscape color monochrome`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// staysPut refuses the one keyword by which an allowed property leaves its place: fixed and sticky boxes cover
// whatever else is shown and repeat on each printed page.
func staysPut(property string, ts []token) bool {
	if property != "position" {
		return true
	}
	for _, t := range ts {
		if w := strings.ToLower(t.value); t.kind == ident && w != "static" && w != "relative" && w != "absolute" && w != "important" {
			return false
		}
	}
	return true
}
