package redisstore

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// once is a command that is not sent again when its answer is lost.
type once struct{ *redis.StringCmd }

func (once) NoRetry() bool { return true }

// getDel is GETDEL, sent once. When the answer is lost, the value may be too: sent again, it would be answered that there
// is none, as if there had never been or somebody else had it. That it is not known is the client's error instead.
func (s *Store) getDel(ctx context.Context, key string) *redis.StringCmd {
	cmd := redis.NewStringCmd(ctx, "getdel", key)
	if err := s.client.Process(ctx, once{cmd}); err != nil && cmd.Err() == nil {
		cmd.SetErr(err)
	}
	return cmd
}

// pipedGetDel is getDel in a pipeline, none of which is then sent again.
func pipedGetDel(p redis.Pipeliner, ctx context.Context, key string) *redis.StringCmd {
	cmd := redis.NewStringCmd(ctx, "getdel", key)
	if err := p.Process(ctx, once{cmd}); err != nil {
		cmd.SetErr(err)
	}
	return cmd
}
