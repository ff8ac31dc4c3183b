package render

// words are the labels that the outline adds to what the XML says itself.
type words struct {
	Number, Arrival, Date, Author, Deadline, Filed, Department, Contact, Result string
	Reference, Office, Labor, Employment, Corporate                             string
	PersonNumber, Kana, Birth, Form, Why, Note, Inquiry, Returned, Fields, More string
}

func wordsIn(lang string) words {
	if lang == "en" {
		return words{Number: "Number", Arrival: "Arrival number", Date: "Date", Author: "From", Deadline: "Send again by", Filed: "Filed on",
			Department: "Department", Contact: "Contact", Result: "Result", Reference: "Office reference code", Office: "Office number",
			Labor: "Labour insurance number", Employment: "Employment insurance office number", Corporate: "Corporate number",
			PersonNumber: "Number", Kana: "Reading", Birth: "Date of birth", Form: "Form", Why: "Reason", Note: "Message",
			Inquiry: "Inquiry number", Returned: "Returned filing", Fields: "Other entries",
			More: "The rest is too long to be shown here. Please download the file to read all of it."}
	}
	return words{Number: "番号", Arrival: "到達番号", Date: "日付", Author: "発出元", Deadline: "再提出期限", Filed: "到達年月日",
		Department: "審査担当", Contact: "連絡先", Result: "審査結果", Reference: "事業所整理記号", Office: "事業所番号",
		Labor: "労働保険番号", Employment: "雇用保険適用事業所番号", Corporate: "法人番号",
		PersonNumber: "整理番号", Kana: "フリガナ", Birth: "生年月日", Form: "帳票名称", Why: "理由", Note: "通信欄",
		Inquiry: "照会番号", Returned: "返戻票", Fields: "その他の記載",
		More: "この先は長すぎるため、ここには表示していません。全部を読むには、ファイルをダウンロードしてください。"}
}
