package scan

import "context"

// Ping returns nil if clamd answers, else an error of kind store.Unavailable. It does not wait for a turn.
func (c *Clamd) Ping(ctx context.Context) error {
	text, err := c.ask(ctx, "PING")
	if err != nil {
		return err
	}
	if text != "PONG" {
		return fail(KeyAnswer, "clamd answered %s to PING", quote(text))
	}
	return nil
}

// Version returns what clamd says of itself and its signatures, or an error of kind store.Unavailable.
func (c *Clamd) Version(ctx context.Context) (Version, error) {
	text, err := c.ask(ctx, "VERSION")
	if err != nil {
		return Version{}, err
	}
	return version(text)
}

func (c *Clamd) ask(ctx context.Context, command string) (string, error) {
	w, err := c.dial(ctx)
	if err != nil {
		return "", err
	}
	defer w.Close()
	if err := w.write(c.config.Stall, []byte("z"+command+"\x00")); err != nil {
		return "", err
	}
	reply, err := w.reply(c.config.Stall)
	if err != nil {
		return "", err
	}
	return single(reply)
}
