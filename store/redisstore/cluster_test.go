package redisstore

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"cloudpocket/store"
)

// TestCluster runs the suite on three nodes, of which each has a third of the keys, and then stops one.
func TestCluster(t *testing.T) {
	if suiteAgain(t) {
		return
	}
	nodes := startCluster(t)
	c := suite(t, "redis+cluster://"+nodes[0].addr+","+nodes[1].addr)

	s := mustOpen(t, c)
	nodes[2].stop()
	eventually(t, "a cluster without a third of its keys refuses", func() error {
		err := s.Put(t.Context(), "some mark", nil, time.Minute)
		if err == nil {
			_, err = s.Take(t.Context(), "some mark")
		}
		if !errors.Is(err, store.ErrUnavailable) {
			return fmt.Errorf("got %v", err)
		}
		return nil
	})
	nodes[2].start(t)
	eventually(t, "the cluster heals", func() error { return s.Ping(t.Context()) })
}

func startCluster(t *testing.T) [3]*server {
	t.Helper()
	var nodes [3]*server
	for i := range nodes {
		nodes[i] = startServer(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-config-file", "nodes.conf")
		nodes[i].do(t, "CLUSTER", "ADDSLOTSRANGE", i*16384/3, (i+1)*16384/3-1)
	}
	for _, node := range nodes[1:] {
		host, port, _ := net.SplitHostPort(node.addr)
		nodes[0].do(t, "CLUSTER", "MEET", host, port)
	}
	for _, node := range nodes {
		c := redis.NewClient(&redis.Options{Addr: node.addr})
		defer c.Close()
		eventually(t, "the cluster forms", func() error {
			info, err := c.ClusterInfo(t.Context()).Result()
			if err == nil && (!strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3")) {
				err = errors.New(info)
			}
			return err
		})
	}
	return nodes
}

// TestSentinel finds the primary through a sentinel, and the next one after the first has died.
func TestSentinel(t *testing.T) {
	if suiteAgain(t) {
		return
	}
	primary := startServer(t)
	host, port, _ := net.SplitHostPort(primary.addr)
	replica := startServer(t, "--replicaof", host+" "+port, "--repl-diskless-sync-delay", "0")
	conf := filepath.Join(t.TempDir(), "sentinel.conf")
	must(t, os.WriteFile(conf, fmt.Appendf(nil, "sentinel monitor main %s %s 1\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 2000\n", host, port), 0o600))
	sentinel := &server{args: []string{conf, "--sentinel", "--bind", "127.0.0.1", "--port"}}
	sentinelPort := freePort(t)
	sentinel.addr, sentinel.args = "127.0.0.1:"+sentinelPort, append(sentinel.args, sentinelPort)
	sentinel.start(t)
	t.Cleanup(sentinel.stop)

	c := suite(t, "redis+sentinel://"+sentinel.addr+"?master=main")

	s := mustOpen(t, c)
	sess := fullSession()
	sess.Began, sess.Seen, sess.Ends = time.Now(), time.Now(), time.Now().Add(time.Hour)
	eventually(t, "the replica follows and the sentinel knows it", func() error { return follows(t, sentinel) })
	must(t, s.Begin(t.Context(), sess))
	eventually(t, "the session reaches the replica", func() error {
		r := redis.NewClient(&redis.Options{Addr: replica.addr})
		defer r.Close()
		return r.Get(t.Context(), s.sessionKey(sess.Key)).Err()
	})
	primary.stop()
	_, err := s.Find(t.Context(), sess.Key)
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("the primary is dead: %v", err)
	}
	eventually(t, "the replica takes over", func() error { return s.Ping(t.Context()) })
	_, err = s.Find(t.Context(), sess.Key)
	must(t, err)
}

func follows(t *testing.T, sentinel *server) error {
	c := redis.NewSentinelClient(&redis.Options{Addr: sentinel.addr})
	defer c.Close()
	known, err := c.Replicas(t.Context(), "main").Result()
	if err != nil {
		return err
	}
	if len(known) != 1 || known[0]["master-link-status"] != "ok" {
		return fmt.Errorf("replicas of main: %v", known)
	}
	return nil
}
