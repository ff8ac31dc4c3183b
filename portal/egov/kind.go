package egov

import "regexp"

// Kind is what a notice is: its code and its names.
type Kind struct {
	Code     string // seven digits, or one of the words below; empty: unknown
	Japanese string
	English  string
}

// Kinds without a seven-digit code of their own.
const (
	KindReturned   = "returned"    // 返戻: a filing that was sent back
	KindComment    = "comment"     // a message about a filing
	KindFilingCopy = "filing-copy" // 届出控: what was filed
	KindReview     = "review"      // a labour bureau's result of examination
	KindDelivery   = "e-delivery"  // 社会保険料額情報 and the like, handed out monthly
)

// KindOf returns the kind of a code; unknown codes keep the code and have no names.
func KindOf(code string) Kind {
	for _, k := range kinds {
		if k.Code == code {
			return k
		}
	}
	return Kind{Code: code}
}

// Kinds returns every kind that has a name, by code.
func Kinds() []Kind { return append([]Kind(nil), kinds[:]...) }

var kinds = [...]Kind{
	{"2018003", "健康保険法第118条に関する通知書", "Notice under Health Insurance Act art. 118"},
	{"2043003", "種別変更に関する通知書", "Notice of change of insured category"},
	{"2050001", "育児休業等終了時報酬月額変更に関する通知書", "Remuneration revised after childcare leave"},
	{"4001004", "船員保険の通知書", "Seamen's insurance notice"},
	{"4002002", "船員保険の通知書", "Seamen's insurance notice"},
	{"4003004", "船員保険の通知書", "Seamen's insurance notice"},
	{"7012001", "適用通知書", "Notice of coverage"},
	{"7020001", "育児休業等取得者終了確認通知書", "Confirmation of end of childcare leave"},
	{"7100001", "資格取得確認および標準報酬決定通知書", "Enrolment and standard remuneration"},
	{"7110001", "資格取得確認および標準報酬決定通知書", "Enrolment and standard remuneration"},
	{"7120001", "資格喪失確認通知書", "Loss of enrolment"},
	{"7120002", "資格喪失確認通知書", "Loss of enrolment"},
	{"7130001", "標準報酬決定通知書", "Standard remuneration decided"},
	{"7140001", "標準報酬改定通知書", "Standard remuneration revised"},
	{"7150001", "標準賞与額決定通知書", "Standard bonus decided"},
	{"7170003", "被扶養者（異動）届", "(Change of) dependants"},
	{"7180001", "70歳以上被用者に関する通知書", "Notice on an employee aged 70 or over"},
	{"7200001", "70歳以上被用者に関する通知書", "Notice on an employee aged 70 or over"},
	{"7210001", "70歳以上被用者に関する通知書", "Notice on an employee aged 70 or over"},
	{"7220001", "70歳以上被用者に関する通知書", "Notice on an employee aged 70 or over"},
	{"7240001", "年間報酬額の算定 不該当のお知らせ", "Not eligible for annual averaging of remuneration"},
	{KindReturned, "返戻のお知らせ", "Filing returned"},
	{KindComment, "コメント通知", "Comment"},
	{KindFilingCopy, "届出控", "Copy of a filing"},
	{KindReview, "電子申請に対する審査結果", "Result of examination"},
	{KindDelivery, "電子送付", "Electronic delivery"},
}

var (
	deliveryRoot = regexp.MustCompile(`^(?:[A-Z][a-z]+){2,}$`) // ZougenUchiwakeSho and the like
	noticeRoot   = regexp.MustCompile(`^N(\d{7})$`)
	noticeName   = regexp.MustCompile(`(?:^|\D)(\d{7})(?:\D|$)`)
)

// kindOfNotice judges by the root element first, then by the file's name.
func kindOfNotice(root, file string) Kind {
	switch m := noticeRoot.FindStringSubmatch(root); {
	case m != nil:
		return KindOf(m[1])
	case root == "_返戻票":
		return KindOf(KindReturned)
	case root == "DataRoot":
		return KindOf(KindFilingCopy)
	case deliveryRoot.MatchString(root):
		return KindOf(KindDelivery)
	}
	if m := noticeName.FindStringSubmatch(file); m != nil {
		return KindOf(m[1])
	}
	return Kind{}
}
