package mail

import "context"

// Ping returns nil if the mail server answers and lets us in, else a *Failure. The connection waits for the next mail.
func (s *SMTP) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	c, err := s.take(ctx)
	if err != nil {
		return ended(ctx, err)
	}
	s.pool.give(c, s.config.Idle)
	return nil
}
