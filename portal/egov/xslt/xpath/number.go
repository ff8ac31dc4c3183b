package xpath

import (
	"math"
	"strconv"
	"strings"
)

const space = " \t\r\n"

// ToNumber is the function number() of a string (XPath 1.0, section 4.4). It also reads an exponent, which XPath
// does not know but libxml2 does, and with it the browsers that showed these documents.
func ToNumber(s string) float64 {
	s = strings.Trim(s, space)
	if !numeral(strings.TrimPrefix(s, "-")) {
		return math.NaN()
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(n, 0) {
		return math.NaN()
	}
	return n
}

// numeral holds s to Digits ('.' Digits?)? | '.' Digits, with an exponent.
func numeral(s string) bool {
	whole := digits(s)
	s = s[whole:]
	fraction := 0
	if strings.HasPrefix(s, ".") {
		fraction = digits(s[1:])
		s = s[1+fraction:]
	}
	if whole+fraction == 0 {
		return false
	}
	if s == "" {
		return true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	return s != "" && digits(s) == len(s)
}

// digits is how many bytes at the start of s are digits.
func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// FormatNumber is the function string() of a number as libxml2 has it: 15 significant digits, and an exponent from
// 1e9 up (whole numbers: from 2147483647) and below 1e-5. XPath 1.0, section 4.2, asks for all digits and no exponent.
func FormatNumber(f float64) string {
	size := math.Abs(f)
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0:
		return "0"
	case size < math.MaxInt32 && f == math.Trunc(f):
		return strconv.FormatInt(int64(f), 10)
	case size > 1e9 || size < 1e-5:
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', 14, 64), "e")
		return trimFraction(mantissa) + "e" + exponent
	}
	places := int(math.Log10(size))
	if places > 0 {
		places++
	}
	return trimFraction(strconv.FormatFloat(f, 'f', 15-places, 64))
}

func trimFraction(s string) string {
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// Round is the function round(): halves go up, and what rounds to zero from below is negative zero.
func Round(f float64) float64 {
	if f >= -0.5 && f < 0.5 {
		return math.Copysign(0, f)
	}
	return math.Floor(f + 0.5)
}
