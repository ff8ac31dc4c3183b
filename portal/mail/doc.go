// Package mail knows what each mail says and sends it, one at a time, over SMTP.
//
//   - words.go, ja.json, en.json: the words. [Words.Write] makes a subject, a text and its HTML from a [Note].
//   - message.go: a [Message] becomes the bytes of a mail (RFC 5322, MIME); address.go: what is taken for an address.
//   - config.go: which server, how secured, as whom; [Open].
//   - send.go: [SMTP.Send]; pool.go: connections that wait a moment for the next mail.
//   - conversation.go: greeting, STARTTLS, AUTH, and one mail (RFC 5321); wire.go: its limits.
//   - failure.go: what the server's answers mean; [Failure].
//
// # How a mail goes
//
//	Note → Words.Write → Message{ID, To, …} → SMTP.Send → nil, or *Failure: bounced, refused, or later again
//
// # What it does not do
//
// It keeps no queue and tries nothing twice: when a mail goes, and when again, is the outbox's to say.
//
// # Why
//
// A [Note] has no field for a title, a person or a number of a document, so no mail can name one: mail is read on other
// people's screens and kept by servers that are not ours. What a mail can say is that something waits, from which firm,
// how many, and where.
//
// Message-ID is made from the mail's own ID. When a connection breaks after the last byte nobody knows whether the
// server took the mail; it is sent again under the same Message-ID, and most servers and readers show one.
//
// Line breaks and control characters in an address, a subject or a text are refused rather than escaped. Headers have
// no other way in.
//
// STARTTLS is required, not tried: a server that does not offer it looks the same as somebody in between who hides it.
// Going without TLS, and giving a password without it, are each said explicitly.
//
// "Permanent" is said of the mail alone. A refused password, a refused sender, a certificate that does not fit are our
// settings: the mail is kept and sent when they are right. RFC 5321 4.5.3.1.10 has 552 to RCPT mean "later".
//
// The conversation is led here rather than by the library's client: that one takes a failed RSET after an accepted mail
// for a failure, ends a connection neither with the context nor after a failed greeting, and reads answers of any length.
package mail
