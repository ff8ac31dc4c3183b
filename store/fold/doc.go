// Package fold makes texts alike that a person means alike: half and full width, the two kana, upper and lower case
// (Unicode NFKC, katakana as hiragana, small letters), without blanks and without the hyphens between digits. What it
// makes is for comparing and finding, never for showing.
//
//	fold.go      a text folded, and where in the text each piece of it came from
//	grams.go     what a folded text is found by
//	mynumber.go  numbers that must not be found by
//
// # Why
//
// Whoever looks for 田中太郎 does not know whether the notice says 田中　太郎, and a number is written with and without
// hyphens. Both sides lose them, so neither has to guess.
//
// Japanese has no blanks between words, so what is searched are pieces of one and of two characters. A dictionary would
// have to know every name.
package fold
