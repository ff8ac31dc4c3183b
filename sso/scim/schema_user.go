package scim

// userSchema is a person (RFC 7643 4.1), with what companies add (4.3) and what we do.
var userSchema = schema{urn: urnUser, name: "User", about: "A person who may be let in",
	attributes: []attribute{
		{name: "userName", required: true, unique: true, about: "How the person is called at the identity provider"},
		{name: "externalId", exact: true, about: "The client's own identifier of the person"},
		{name: "name", kind: "complex", subs: []attribute{
			{name: "formatted"}, {name: "familyName"}, {name: "givenName"}, {name: "middleName"},
			{name: "honorificPrefix"}, {name: "honorificSuffix"},
		}, about: "The parts of the person's name"},
		{name: "displayName", about: "The name that others see"},
		{name: "nickName"},
		{name: "profileUrl", kind: "reference", exact: true},
		{name: "title"},
		{name: "userType"},
		{name: "preferredLanguage"},
		{name: "locale"},
		{name: "timezone"},
		{name: "active", kind: "boolean", about: "Whether the person may come in; false ends their sessions at once"},
		{name: "password", dropped: true, about: "Never kept: people come in by single sign-on alone"},
		listed("emails", "", "E-mail addresses; the primary one is written to"),
		listed("phoneNumbers", "", ""),
		listed("ims", "", ""),
		listed("photos", "reference", ""),
		{name: "addresses", kind: "complex", multi: true, subs: []attribute{
			{name: "formatted"}, {name: "streetAddress"}, {name: "locality"}, {name: "region"}, {name: "postalCode"},
			{name: "country"}, {name: "type"}, {name: "primary", kind: "boolean"},
		}},
		{name: "groups", kind: "complex", multi: true, readOnly: true, subs: []attribute{
			{name: "value", exact: true, readOnly: true}, {name: "$ref", kind: "reference", exact: true, readOnly: true},
			{name: "display", readOnly: true}, {name: "type", readOnly: true},
		}, about: "The groups that the person is a member of"},
		listed("entitlements", "", ""),
		listed("roles", "", ""),
		listed("x509Certificates", "binary", ""),
	},
	extensions: []schema{
		{urn: Enterprise, name: "EnterpriseUser", about: "What companies know of a person", attributes: []attribute{
			{name: "employeeNumber"}, {name: "costCenter"},
			{name: "organization", about: "The external ID of the person's company, where our own extension does not say it"},
			{name: "division"},
			{name: "department", about: "The external ID of the person's office, where our own extension does not say it"},
			{name: "manager", kind: "complex", subs: []attribute{
				{name: "value", exact: true}, {name: "$ref", kind: "reference", exact: true}, {name: "displayName", readOnly: true},
			}},
		}},
		{urn: Extension, name: "CloudPocketUser", about: "Where a person belongs here", attributes: []attribute{
			{name: "company", exact: true, about: "The external ID of the client company that the person belongs to"},
			{name: "offices", exact: true, multi: true, about: "The external IDs of the offices whose documents the person sees; * for all of the company that is named here"},
		}},
	},
}

// listed is a multi-valued attribute of the usual form (RFC 7643 2.4).
func listed(name, kind, about string) attribute {
	return attribute{name: name, kind: "complex", multi: true, about: about, subs: []attribute{
		{name: "value", kind: kind, exact: kind != ""}, {name: "display"}, {name: "type"}, {name: "primary", kind: "boolean"},
	}}
}
