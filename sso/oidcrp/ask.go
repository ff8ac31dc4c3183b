package oidcrp

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"cloudpocket/sso"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// ask sends req and returns the whole body of a 200 answer and its media type. The body of any other answer is not
// looked at: it is foreign text and may quote what was sent.
func (c *connector) ask(req *http.Request) ([]byte, string, error) {
	res, err := c.client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("the answer has status %d", res.StatusCode)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, "", fmt.Errorf("read the answer: %w", err)
	}
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return body, media, nil
}

// away words why the OP could not be asked: refusals of our own guard keep their reasons, anything else is an error
// of kind Unavailable, for which asking again later may help.
func (c *connector) away(what string, err error, secrets ...string) error {
	err = conceal(err, secrets...)
	for guard, reason := range map[error]sso.Reason{outbound.ErrPrivate: reasonAddress, outbound.ErrPlain: reasonPlain,
		outbound.ErrRedirect: reasonRedirect, outbound.ErrTooLarge: reasonTooLarge} {
		if errors.Is(err, guard) {
			return sso.Refuse(reason, sso.KeyAway, "%s: %w", what, err)
		}
	}
	return store.Fail(store.Unavailable, sso.KeyAway, "%s: %w", what, err)
}

// conceal keeps secrets out of the text of err, where a server may have put them by answering with what it was sent.
func conceal(err error, secrets ...string) error {
	text := err.Error()
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "[concealed]")
		}
	}
	return concealed{text, err}
}

type concealed struct {
	text string
	err  error
}

func (c concealed) Error() string { return c.text }
func (c concealed) Unwrap() error { return c.err }
