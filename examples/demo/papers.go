package main

import (
	"bytes"
	"fmt"

	"golang.org/x/text/encoding/japanese"

	"cloudpocket/store"
)

// paper is one sample document.
type paper struct {
	title, kind, note string
	acknowledge       bool
	offices           []store.ID
	files             []content
}

type content struct {
	name    string
	content []byte
}

// papers are what a firm hands out: a notice to every office, a list to every head office, a guide to all.
func papers(f firm) []paper {
	var all []paper
	var everywhere []store.ID
	for _, c := range f.companies {
		for i, o := range c.offices {
			everywhere = append(everywhere, store.ID(o.id))
			name := c.name + " " + o.name
			all = append(all, paper{
				title: fmt.Sprintf("標準報酬決定通知書 %d名分 — 令和8年9月", 3+i), kind: "social-insurance", acknowledge: true, offices: []store.ID{store.ID(o.id)},
				note:  "被保険者ご本人への通知をお願いいたします。",
				files: []content{{"標準報酬決定通知書.pdf", pdf("標準報酬決定通知書（見本）", name, "令和8年9月1日 決定", "適用年月 令和8年9月")}, {"対象者一覧.csv", list(3 + i)}},
			})
		}
		all = append(all, paper{
			title: "雇用保険被保険者資格取得等確認通知書", kind: "employment-insurance", acknowledge: true, offices: []store.ID{store.ID(c.offices[0].id)},
			files: []content{{"資格取得等確認通知書.pdf", pdf("雇用保険被保険者資格取得等確認通知書（見本）", c.name, "確認年月日 令和8年10月15日")}},
		})
	}
	return append(all, paper{
		title: "年末調整のご案内（令和8年分）", kind: "other", offices: everywhere, note: "11月30日までに必要書類をご返送ください。",
		files: []content{{"年末調整のご案内.txt", []byte("年末調整のご案内（見本）\n\n令和8年分の年末調整に必要な書類は次のとおりです。\n1. 扶養控除等（異動）申告書\n2. 保険料控除申告書\n")}},
	})
}

// list is a CSV in CP932, as offices get them.
func list(people int) []byte {
	text := "被保険者整理番号,氏名（カナ）,標準報酬月額（千円）\r\n"
	for i := range people {
		text += fmt.Sprintf("%d,ﾐﾎﾝ ﾀﾛｳ%d,%d\r\n", i+1, i+1, 260+20*i)
	}
	encoded, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		return []byte(text)
	}
	return []byte(encoded)
}

// pdf is a page of lines in one of the fonts for Japanese that every PDF reader brings (ISO 32000-1, 9.7.5.2).
func pdf(lines ...string) []byte {
	var page bytes.Buffer
	for i, line := range lines {
		size := 12
		if i == 0 {
			size = 18
		}
		encoded, err := japanese.ShiftJIS.NewEncoder().String(line)
		if err != nil {
			encoded = "?"
		}
		fmt.Fprintf(&page, "BT /F1 %d Tf 72 %d Td <%x> Tj ET\n", size, 740-40*i, encoded)
	}
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /90ms-RKSJ-H /DescendantFonts [6 0 R] >>",
		"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 7 0 R >>",
		"<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [-92 -250 1010 922] /ItalicAngle 0 /Ascent 752 /Descent -221 /CapHeight 737 /StemV 114 >>",
	}
	return assemble(objects)
}

// assemble writes numbered objects with their table of offsets.
func assemble(objects []string) []byte {
	out := bytes.NewBufferString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(out, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}
