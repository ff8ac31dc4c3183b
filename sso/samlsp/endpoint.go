package samlsp

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
)

// readEndpoints returns where role's service of that name is. Of several with one binding the first counts. A Location
// that is not a web address is a refusal: browsers are sent there.
func readEndpoints(role *element, service string, plain bool) (Endpoints, error) {
	var out Endpoints
	err := role.each(nsMetadata, service, func(e *element) error {
		to, reply := &out.Redirect, &out.RedirectReply
		switch e.attr("Binding") {
		case bindingRedirect:
		case bindingPost:
			to, reply = &out.Post, &out.PostReply
		default:
			return nil // artifact and SOAP are not spoken
		}
		if *to != "" {
			return nil
		}
		if err := checkLocation(e.attr("Location"), plain); err != nil {
			return err
		}
		*to, *reply = e.attr("Location"), e.attr("Location")
		if r := e.attr("ResponseLocation"); r != "" {
			*reply = r
			return checkLocation(r, plain)
		}
		return nil
	})
	return out, err
}

// checkLocation wants an absolute https URL, or http where plain is allowed, with a host and neither credentials nor a
// fragment.
func checkLocation(location string, plain bool) error {
	u, err := url.Parse(location)
	switch {
	case err != nil || len(location) > 2048 || strings.ContainsAny(location, " \t\r\n\\"):
		return metadataFault("endpoint", "Location %q is no URL", location)
	case u.Scheme != "https" && (u.Scheme != "http" || !plain):
		return metadataFault("endpoint", "Location %q is not https", location)
	case u.Host == "" || u.User != nil || u.Fragment != "" || u.Opaque != "":
		return metadataFault("endpoint", "Location %q is not a plain web address", location)
	}
	return nil
}

func supports(enumeration, protocol string) bool {
	return slices.Contains(strings.Fields(enumeration), protocol)
}

// html tells a web page from metadata, since that is what an address that was mistyped or wants a sign-in answers.
func html(data []byte) bool {
	head := bytes.ToLower(bytes.TrimLeft(data[:min(len(data), 1024)], "\ufeff \t\r\n"))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html")) ||
		(bytes.HasPrefix(head, []byte("<?xml")) && bytes.Contains(head, []byte("<html")))
}
