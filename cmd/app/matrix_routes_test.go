package app

import "cloudpocket/store"

// atDesk are the menus of which one opens the firm's desk.
const atDesk = store.PermitDeliver | store.PermitReceipts

// routes is the table of who may use which route. Every route that is mounted has a row here; TestMatrix asks for each.
func routes() map[string]access {
	all := map[string]access{}
	for _, area := range []map[string]access{
		openRoutes(),
		embedRoutes(),
		ownRoutes(),
		clientRoutes(),
		deskRoutes(),
		trayRoutes(),
		adminRoutes(),
		inventoryRoutes(),
		peopleRoutes(),
		placeRoutes(),
		logRoutes(),
		trustRoutes(),
		setupRoutes(),
		scimRoutes(),
		apiClientRoutes(),
		webhookRoutes(),
		provisioningRoutes(),
		apiRoutes(),
		entranceRoutes(),
	} {
		for name, row := range area {
			all[name] = row
		}
	}
	return all
}

// openRoutes look at no session, or are for those who have none.
func openRoutes() map[string]access {
	return map[string]access{
		"GET /healthz":              {open: []int{200}},
		"GET /readyz":               {open: []int{200}},
		"GET /assets/":              {open: []int{404}},
		"GET /browsers":             {open: []int{200}},
		"GET /developers":           {open: []int{200}},
		"GET /developers/{chapter}": {open: []int{404}}, // the chapters themselves: package developers
		"GET /sign-in":              {open: []int{200, 303}},
		"POST /sign-out":            {open: []int{200, 303}, ends: true},

		"GET /.well-known/oauth-authorization-server": {open: []int{200}},
		"POST /oauth/token":                           {open: []int{401}, form: "grant_type=client_credentials"}, // a session is no client's proof
	}
}

// ownRoutes are to what is everybody's own.
func ownRoutes() map[string]access {
	return map[string]access{
		"GET /":                         {},
		"GET /me/mail":                  {},
		"POST /me/mail":                 {form: "mails=digest"},
		"GET /me/sessions":              {},
		"POST /me/sessions/revoke-all":  {ends: true},
		"POST /me/sessions/{id}/revoke": {record: "session", spends: true},
		"GET /me/session":               {plain: true},
		"GET /search":                   {menu: store.PermitView, desk: atDesk},
		"POST /search/download":         {menu: store.PermitView, desk: store.PermitDeliver, record: "delivery", form: "what=picked&pick={pick}"},
	}
}

// clientRoutes are what was delivered.
func clientRoutes() map[string]access {
	all := map[string]access{
		"GET /deliveries":                   {menu: store.PermitView},
		"GET /deliveries/{id}":              {menu: store.PermitView, record: "delivery"},
		"POST /deliveries/{id}/acknowledge": {menu: store.PermitView, whose: clients, record: "delivery"},
		"GET /deliveries/{id}/files/{file}": {menu: store.PermitView, record: "delivery"},
		"GET /onward":                       {menu: store.PermitView},
		"GET /deliveries/{id}/onward":       {menu: store.PermitView | store.PermitReceipts, record: "delivery"},
		"GET /deliveries/{id}/onward.csv":   {menu: store.PermitView | store.PermitReceipts, record: "delivery"},
		"POST /deliveries/{id}/onward":      {menu: store.PermitView, whose: clients, record: "delivery", form: "do=tell&person=0&how=hand"},
	}
	for name, row := range readings("/deliveries/{id}", access{menu: store.PermitView, record: "delivery"}) {
		all[name] = row
	}
	return all
}

// readings are the ways in which a document is read, below a path.
func readings(under string, row access) map[string]access {
	all := map[string]access{}
	for _, way := range []string{"/parts/{part}", "/parts/{part}/file", "/parts/{part}/pages/{page}", "/persons", "/persons.csv", "/print"} {
		all["GET "+under+way] = row
	}
	picture := row
	picture.record = map[string]string{"delivery": "picture", "document": "picture at the desk", "package": "picture in the tray"}[row.record]
	all["GET "+under+"/parts/{part}/pages/{page}"] = picture
	row.dear = true
	all["GET "+under+"/pdf"] = row
	return all
}

// deskRoutes are the firm's list, its documents and how they are delivered.
func deskRoutes() map[string]access {
	deliver := access{menu: store.PermitDeliver, whose: staffs}
	on := func(kind, form string) access {
		row := deliver
		row.record, row.form, row.spends = kind, form, form != ""
		return row
	}
	upload := deliver
	upload.never = true
	all := map[string]access{
		"GET /desk":                             {menu: atDesk, whose: staffs},
		"GET /desk/new":                         deliver,
		"POST /desk/documents":                  upload,
		"GET /desk/documents/{id}":              {menu: atDesk, whose: staffs, record: "document"},
		"POST /desk/documents/{id}/deliver":     on("draft", "x=1"),
		"GET /desk/documents/{id}/files/{file}": on("document", ""),
		"POST /desk/deliveries/{id}/withdraw":   on("delivery", "document={document}&reason=x"),
		"POST /desk/deliveries/{id}/approve":    on("waiting", "document={document}"),
		"POST /desk/deliveries/{id}/unschedule": on("waiting", "document={document}"),
		"GET /desk/deliveries/{id}/seen.csv":    {menu: store.PermitReceipts, whose: staffs, record: "delivery"},
		"GET /desk/matrix":                      {menu: store.PermitReceipts, whose: staffs},
		"GET /desk/matrix.csv":                  {menu: store.PermitReceipts, whose: staffs},
		"POST /desk/export":                     {menu: store.PermitDeliver, also: store.PermitReceipts, whose: staffs, all: true},
		"GET /desk/scheduled":                   {menu: atDesk, whose: staffs},
		"GET /desk/mails":                       {menu: atDesk | store.PermitAccounts, whose: staffs},
		"GET /desk/offices":                     {menu: store.PermitOffices, whose: staffs},
		"GET /desk/offices/{id}/mail":           {menu: store.PermitOffices, whose: staffs, record: "office"},
		"POST /desk/offices/{id}/mail":          {menu: store.PermitOffices, whose: staffs, record: "office", form: "to=all"},
		"GET /desk/rules":                       {menu: atDesk | store.PermitAccounts, whose: staffs},
		"POST /desk/rules":                      {menu: store.PermitAccounts, whose: staffs, form: "x=1"},
		"POST /desk/rules/{kind}":               {menu: store.PermitAccounts, whose: staffs, with: names{"kind": "other"}, form: "retain=2&notify=all&expire=0"},
	}
	for name, row := range readings("/desk/documents/{id}", on("document", "")) {
		all[name] = row
	}
	return all
}

// trayRoutes are what was dropped and waits to be handed over.
func trayRoutes() map[string]access {
	deliver := access{menu: store.PermitDeliver, whose: staffs}
	on := func(form string) access {
		row := deliver
		row.record, row.form, row.spends = "package", form, form != ""
		return row
	}
	drop, asks, review, code := deliver, deliver, on("package={id}"), deliver
	drop.never, asks.json, review.omits = true, true, true
	code.record, code.form, code.omits, code.spends = "code", "office={id}&system={system}&code={code}", true, true
	all := map[string]access{
		"GET /desk/tray":                   deliver,
		"GET /desk/tray/{id}":              on(""),
		"POST /desk/tray/review":           review,
		"POST /desk/tray/handover":         on("package={id}"),
		"POST /desk/tray/discard":          on("package={id}"),
		"POST /desk/tray/{id}/place":       on("office={office}"),
		"GET /desk/codes":                  deliver,
		"POST /desk/codes/remove":          code,
		"GET /desk/drops/{drop}":           asks,
		"POST /desk/drops/{drop}/packages": drop,
	}
	for name, row := range readings("/desk/tray/{id}", on("")) {
		all[name] = row
	}
	return all
}

// entranceRoutes lead in, and begin without a session: what they are sent, or what a person has just proved elsewhere,
// decides. Somebody with a session is answered like anybody else.
func entranceRoutes() map[string]access {
	return map[string]access{
		"GET /sso/{trust}/start":                    {open: []int{404}},
		"POST /sign-in/find":                        {open: []int{422}},
		"GET /sso/{trust}/logo":                     {open: []int{404}},
		"GET /sso/test/{secret}":                    {open: []int{404}},
		"GET /sso/arrived/{id}":                     {open: []int{403}},
		"POST /sso/arrived/{id}":                    {open: []int{422}},
		"GET /signed-out":                           {open: []int{200}},
		"POST /sso/saml/{trust}/acs":                {open: []int{404}},
		"GET /sso/saml/{trust}/slo":                 {open: []int{404}},
		"POST /sso/saml/{trust}/slo":                {open: []int{404}},
		"GET /sso/saml/{trust}/metadata":            {open: []int{404}},
		"GET /sso/oidc/{trust}/callback":            {open: []int{404}},
		"GET /sso/oidc/{trust}/initiate":            {open: []int{404}},
		"POST /sso/oidc/{trust}/initiate":           {open: []int{404}},
		"GET /sso/oidc/{trust}/signed-out":          {open: []int{404}},
		"POST /sso/oidc/{trust}/backchannel-logout": {open: []int{404}},
		"GET /sso/oidc/{trust}/jwks":                {open: []int{404}},
	}
}
