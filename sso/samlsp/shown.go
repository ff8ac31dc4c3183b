package samlsp

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"cloudpocket/sso"
)

// shownBytes is how much of a message is written out.
const shownBytes = 32 << 10

// shown writes the message for people to read: what came, and below it what was inside once that could be decrypted.
// Signatures and ciphers are cut to their beginning, and of a certificate its fingerprint is said.
func (r *response) shown() string {
	if r.root == nil {
		return ""
	}
	w := &shower{}
	w.Grow(8 << 10) // most messages fit
	w.element(r.root, 0)
	if r.opened != nil {
		w.WriteString("\n<!-- decrypted -->\n")
		w.element(r.opened, 0)
	}
	return w.String()
}

type shower struct{ strings.Builder }

// element writes e, each element on a line of its own.
func (w *shower) element(e *element, depth int) {
	if w.Len() > shownBytes {
		return
	}
	indent := indents[:2*min(depth, len(indents)/2)]
	w.write(indent, "<")
	w.name(e.prefix, e.local)
	w.attributes(e)
	text, plain := e.plainText()
	switch {
	case plain && text == "":
		w.write("/>\n")
		return
	case plain:
		w.write(">", markup(text))
		indent = ""
	default:
		w.write(">\n")
		w.children(e, indent, depth)
	}
	w.write(indent, "</")
	w.name(e.prefix, e.local)
	w.write(">\n")
}

func (w *shower) children(e *element, indent string, depth int) {
	for _, c := range e.children {
		switch {
		case w.Len() > shownBytes:
			w.write(indent, "  …\n")
			return
		case c.el != nil:
			w.element(c.el, depth+1)
		case !blank(c.text): // no place for text in SAML
			w.write(indent, "  ", markup(beginning(strings.TrimSpace(c.text), 24)), "\n")
		}
	}
}

const indents = "                                "

func (w *shower) write(parts ...string) {
	for _, s := range parts {
		w.WriteString(s)
	}
}

func (w *shower) name(prefix, local string) {
	if prefix != "" {
		w.write(prefix, ":")
	}
	w.WriteString(local)
}

func (w *shower) attribute(prefix, local, value string, most int) {
	w.WriteByte(' ')
	w.name(prefix, local)
	w.write(`="`, markup(beginning(value, most)), `"`)
}

func (w *shower) attributes(e *element) {
	for _, d := range e.decls {
		if d.prefix == "" {
			w.attribute("", "xmlns", d.space, 500)
			continue
		}
		w.attribute("xmlns", d.prefix, d.space, 500)
	}
	for _, a := range e.attrs {
		w.attribute(a.prefix, a.local, a.value, 1000)
	}
}

// plainText returns what e says where it holds text alone, as it may be shown, and whether it does.
func (e *element) plainText() (string, bool) {
	text, err := e.text()
	if err != nil {
		return "", false
	}
	switch {
	case e.local == "AttributeValue" && e.parent != nil && (sso.SecretName(e.parent.attr("Name")) || sso.SecretName(e.parent.attr("FriendlyName"))):
		return "…", true
	case e.local == "X509Certificate":
		return certificateShown(text), true
	case e.local == "SignatureValue", e.local == "CipherValue", e.local == "DigestValue", e.space == nsSignature && e.local != "X509SubjectName":
		return beginning(squeeze(text), 12), true
	}
	return beginning(text, 2000), true
}

// certificateShown says which certificate it is, in the words of our own trust settings.
func certificateShown(text string) string {
	der, err := base64.StdEncoding.DecodeString(squeeze(text))
	if err != nil {
		return beginning(squeeze(text), 12)
	}
	sum := sha256.Sum256(der)
	return "SHA-256 " + hex.EncodeToString(sum[:])
}

// beginning returns s, or its first characters and how many there are.
func beginning(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := most
	for end > 0 && s[end]&0xC0 == 0x80 {
		end--
	}
	return fmt.Sprintf("%s… (%d)", s[:end], len(s))
}

func markup(s string) string {
	if !strings.ContainsAny(s, `<>&"`) {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}
