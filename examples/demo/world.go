package main

import (
	"slices"

	"cloudpocket/examples/parent"
	"cloudpocket/store"
)

// urls are where browsers find the two products.
type urls struct{ service, parent string }

const (
	samlTrust  = "parent-saml"
	oidcTrust  = "parent-oidc"
	oidcClient = "cloud-pocket"
	password   = "demo"
)

// firm is one subscriber: its people sign in over one protocol, so that both are seen.
type firm struct {
	id        store.ID
	name      string
	trust     store.ID
	companies []company
}

type company struct {
	id, name string
	offices  []place
}

type place struct{ id, name string }

func firms() []firm {
	return []firm{
		{"aoba", "あおば社会保険労務士法人", samlTrust, []company{
			{"sakura-foods", "さくら食品株式会社", []place{{"sakura-honsha", "本社"}, {"sakura-kawasaki", "川崎工場"}, {"sakura-sendai", "仙台営業所"}}},
			{"hikari-denki", "ひかり電機株式会社", []place{{"hikari-honsha", "本社"}, {"hikari-osaka", "大阪支店"}}},
			{"midori-care", "みどりケアサービス合同会社", []place{{"midori-kita", "北センター"}, {"midori-minami", "南センター"}}},
		}},
		{"minato", "みなと労務管理事務所", oidcTrust, []company{
			{"umikaze", "うみかぜ物流株式会社", []place{{"umikaze-honsha", "本社"}, {"umikaze-yokohama", "横浜倉庫"}, {"umikaze-nagoya", "名古屋倉庫"}}},
			{"tsubasa", "つばさ設計株式会社", []place{{"tsubasa-honsha", "本社"}, {"tsubasa-sapporo", "札幌事務所"}}},
		}},
	}
}

// person is somebody who can sign in at the parent product.
type person struct {
	login, name string
	firm        store.ID
	company     string   // empty: the firm's own staff
	offices     []string // empty: all
	factor      bool     // signs in with a second factor
	note        parent.Text
}

func people() []person {
	return []person{
		{"sato", "佐藤 美咲", "aoba", "", nil, true, parent.Text{Ja: "あおば社労士法人の担当者（配付する人）", En: "staff of the firm Aoba (hands documents out)"}},
		{"suzuki", "鈴木 健一", "aoba", "sakura-foods", nil, true, parent.Text{Ja: "さくら食品 総務（全事業所）", En: "Sakura Foods, general affairs, all offices"}},
		{"takahashi", "高橋 由美", "aoba", "sakura-foods", []string{"sakura-kawasaki"}, true, parent.Text{Ja: "さくら食品 川崎工場", En: "Sakura Foods, the Kawasaki works alone"}},
		{"ito", "伊藤 大輔", "aoba", "hikari-denki", nil, true, parent.Text{Ja: "ひかり電機 総務", En: "Hikari Denki, general affairs"}},
		{"watanabe", "渡辺 直子", "aoba", "midori-care", nil, false, parent.Text{Ja: "みどりケア 事務（二要素認証なし：入れません）", En: "Midori Care; no second factor, so the service refuses"}},
		{"yamamoto", "山本 修", "minato", "", nil, true, parent.Text{Ja: "みなと労務の担当者（配付する人）", En: "staff of the firm Minato (hands documents out)"}},
		{"nakamura", "中村 彩", "minato", "umikaze", nil, true, parent.Text{Ja: "うみかぜ物流 総務", En: "Umikaze Logistics, general affairs"}},
		{"kobayashi", "小林 誠", "minato", "tsubasa", []string{"tsubasa-sapporo"}, true, parent.Text{Ja: "つばさ設計 札幌事務所", En: "Tsubasa Design, the Sapporo office alone"}},
	}
}

// users are the people as the parent product knows them.
func users() []parent.User {
	var all []parent.User
	for _, p := range people() {
		all = append(all, parent.User{
			Login: p.login, Password: password, Subject: "subject-" + p.login, Name: p.name, Email: p.login + "@example.jp",
			Tenant: string(p.firm), Offices: p.offices, SecondFactor: p.factor, Note: p.note,
		})
	}
	return all
}

func (p person) account(trust store.ID) store.Account {
	a := store.Account{ID: store.ID(p.login), CompanyID: store.ID(p.company), TrustID: trust, Subject: "subject-" + p.login, Name: p.name, Email: p.login + "@example.jp", Permissions: store.PermitView}
	if p.company == "" {
		a.Permissions = store.PermitAll
	}
	a.Offices.All = len(p.offices) == 0
	for _, o := range p.offices {
		a.Offices.Offices = append(a.Offices.Offices, store.ID(o))
	}
	slices.Sort(a.Offices.Offices)
	return a
}
