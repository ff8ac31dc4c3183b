package app

// provisioningRoutes are for machines with a token of the trust, and look at no session: whoever comes without one is asked
// for it, and who came without one too often is asked to wait.
func provisioningRoutes() map[string]access {
	all, base := map[string]access{}, " /scim/{trust}/v2"
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		for _, path := range []string{"/Me", "/{rest:.*}", "/Users/{id}", "/Groups/{id}"} {
			all[method+base+path] = access{open: []int{401, 429}}
		}
	}
	for _, kind := range []string{"/Users", "/Groups"} {
		delete(all, "POST"+base+kind+"/{id}")
		for _, route := range []string{"GET" + base + kind, "POST" + base + kind, "POST" + base + kind + "/.search"} {
			all[route] = access{open: []int{401, 429}}
		}
	}
	for _, route := range []string{"POST" + base + "/.search", "POST" + base + "/Bulk", "GET" + base + "/ServiceProviderConfig", "GET" + base + "/ResourceTypes",
		"GET" + base + "/ResourceTypes/{id}", "GET" + base + "/Schemas", "GET" + base + "/Schemas/{id}"} {
		all[route] = access{open: []int{401, 429}}
	}
	return all
}
