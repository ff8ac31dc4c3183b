package clean

import (
	"math"
	"strconv"
	"strings"
)

// maxLength is the longest that anything may be, in CSS pixels: ten sheets of paper. Who prints a page pays for each sheet.
const maxLength = 10_000

// inPixels is what a unit is in CSS pixels, roughly where it depends on the font or the window.
var inPixels = map[string]float64{
	"px": 1, "pt": 4. / 3, "pc": 16, "in": 96, "cm": 37.8, "mm": 3.78, "q": 0.945,
	"em": 16, "rem": 16, "ex": 8, "ch": 8, "vh": 10, "vw": 10, "vmin": 10, "vmax": 10, "%": 10,
}

// maxFactor limits the properties whose plain numbers multiply a length or make boxes; of others a number is no size.
var maxFactor = map[string]float64{"line-height": 100, "zoom": 10, "column-count": 100}

// modest reports that a property's value asks for no length beyond maxLength, by itself or by what it calculates.
func modest(property string, ts []token) bool {
	product, calculates := 1.0, false
	for _, t := range ts {
		calculates = calculates || t.is("*") || t.is("/")
		if t.kind != numeric {
			continue
		}
		n, length := pixelsOf(t.value)
		if length && n > maxLength {
			return false
		}
		if most, ok := maxFactor[property]; ok && !length && n > most {
			return false
		}
		if n > 0 {
			product *= math.Max(n, 1/n)
		}
	}
	return !calculates || product <= maxLength
}

// pixelsOf is how large a number is without its sign, in CSS pixels if it is a length.
func pixelsOf(figure string) (n float64, length bool) {
	number := strings.TrimRight(figure, "abcdefghijklmnopqrstuvwxyz%")
	unit := figure[len(number):]
	n, err := strconv.ParseFloat(number, 64)
	if err != nil && !math.IsInf(n, 0) {
		return math.Inf(1), true
	}
	if unit == "" {
		return math.Abs(n), false
	}
	factor, ok := inPixels[unit]
	if !ok { // an angle, a time, or a length that is younger than this list
		factor = 100
	}
	return math.Abs(n) * factor, true
}
