package scim

// groupSchema is a group (RFC 7643 4.2). Members are users alone: what a group of groups would give could not be told
// from its name.
var groupSchema = schema{urn: urnGroup, name: "Group", about: "People who are given the same menus",
	attributes: []attribute{
		{name: "displayName", required: true, unique: true, about: "The name; one that the trust's mapping knows as a role gives its menus to the members"},
		{name: "externalId", exact: true, about: "The client's own identifier of the group"},
		{name: "members", kind: "complex", multi: true, subs: []attribute{
			{name: "value", exact: true, about: "The id of a user"}, {name: "$ref", kind: "reference", exact: true},
			{name: "display"}, {name: "type"},
		}, about: "The users who are in it"},
	},
}
