package operator

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// commonWords are what people begin a password with that they have to remember: the word itself, the trade, the product,
// the keyboard.
var commonWords = strings.Fields(`
	password passw0rd p@ssword p@ssw0rd pa$$word pa55word pass passphrase passcode
	admin administrator adm1n @dmin root superuser system systemadmin sysadmin operator manager master owner supervisor
	welcome welcome1 w3lcome letmein changeme change changethis default secret secure security login logon signin access guest user test testing demo sample temp temporary
	qwerty qwertyuiop qwerty123 qazwsx qazwsxedc asdfgh asdfghjkl zxcvbn zxcvbnm 1qaz2wsx 1q2w3e4r 1q2w3e4r5t zaq12wsx q1w2e3r4 qwer1234 asdf1234
	abc abcd abcde abcdef abc123 abcd1234 abcdefgh iloveyou sunshine monkey dragon football baseball princess shadow superman batman pokemon starwars
	cloudpocket cloud-pocket cloud_pocket pocket cloud netdekomon komon kurasu sharoumu syaromu sharoumushi sharoushi syaroushi roumu roumushi jinji kyuyo kyuuyo zeimu zeirishi jimusho somu keiri
	nihon nippon japan tokyo osaka nagoya yokohama kyoto fukuoka sapporo sakura fujisan hanako taro yamada suzuki sato tanaka watanabe
	spring summer autumn fall winter haru natsu aki fuyu january february march april june july august september october november december
	monday tuesday wednesday thursday friday saturday sunday company office corporate server database backup network internet intranet windows linux oracle postgres redis docker google microsoft
	パスワード 管理者 社労士 事務所 クラウドポケット
`)

// keyboardWalks are rows, columns and numbers as fingers find them, of which a piece of any length is as common.
var keyboardWalks = []string{
	"1234567890123456789012345678901234567890", "0123456789012345678901234567890123456789", "0987654321098765432109876543210987654321",
	"qwertyuiopasdfghjklzxcvbnm", "qwertyuiop[]asdfghjkl;'zxcvbnm,./", "qwertyuiopqwertyuiopqwertyuiop", "asdfghjklasdfghjklasdfghjkl", "zxcvbnmzxcvbnmzxcvbnm",
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcbazyxwvutsrqponmlkjihgfedcba",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujmikolp", "zaq1xsw2cde3vfr4bgt5nhy6mju7",
	"!@#$%^&*()_+!@#$%^&*()_+", `!"#$%&'()=~|!"#$%&'()=~|`, "poiuytrewqlkjhgfdsamnbvcxz", "147258369147258369147258369", "741852963741852963741852963",
}

// commonPasswords returns those that everybody thinks of, folded, as they are written here. They are made by rule: a word with what is put behind it
// to please a rule, a word said again, two words, a walk over the keyboard, one thing over and over.
func commonPasswords() map[string]bool {
	all := map[string]bool{}
	add := func(s string) {
		if utf8.RuneCountInString(s) >= minPassword {
			all[s] = true
		}
	}
	tails := commonTails()
	for _, word := range commonWords {
		add(word + word)
		add(word + word + word)
		for _, tail := range tails {
			add(word + tail)
			add(tail + word)
		}
		for _, other := range commonWords {
			add(word + other)
		}
	}
	for _, walk := range keyboardWalks {
		r := []rune(walk)
		for from := range r {
			for to := from + minPassword; to <= len(r); to++ {
				add(string(r[from:to]))
			}
		}
	}
	for _, unit := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "x", "z", "*", "!", "12", "123", "1234", "abc", "ab", "a1", "q1", "xyz", "asd", "qwe"} {
		for n := minPassword; n <= 32; n++ {
			add(strings.Repeat(unit, n)[:n])
		}
	}
	return all
}

// commonTails are what is put behind a word, or before it: years, numbers, and what makes a special character of them.
func commonTails() []string {
	numbers := []string{"1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "0", "00", "000", "0000", "1111", "111111", "7777", "8888", "01", "001", "abc", "2wsx"}
	for year := 1980; year <= 2030; year++ {
		numbers = append(numbers, fmt.Sprint(year))
	}
	for reiwa := 1; reiwa <= 12; reiwa++ {
		numbers = append(numbers, fmt.Sprintf("reiwa%d", reiwa))
	}
	tails := []string{"!", "!!", "!!!", "?", ".", "#", "$", "@", "*"}
	for _, n := range numbers {
		tails = append(tails, n, n+"!", "@"+n, "-"+n)
	}
	return tails
}
