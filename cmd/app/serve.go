package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Serve listens until ctx ends, says so at /readyz for Config.StopDelay, then takes no new requests and lets running
// ones finish for as long as Config.Drain. started, when not nil, is told the address once the service answers.
func (a *App) Serve(ctx context.Context, started func(net.Addr)) error {
	listener, err := net.Listen("tcp", a.config.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", a.config.Listen, err)
	}
	server, err := a.server(a.Handler())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	work, stop := context.WithCancel(ctx)
	defer stop()
	a.Background(work)
	failed := make(chan error, 1)
	go func() { failed <- serveOn(server, listener) }()
	a.log.Info("serving", "address", listener.Addr().String(), "base_url", a.config.BaseURL, "stores", a.config.StoreConfig.String())
	if started != nil {
		started(listener.Addr())
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		return a.drain(server)
	}
}

func (a *App) drain(server *http.Server) error {
	a.health.draining.Store(true)
	a.log.Info("stopping", "delay", a.config.StopDelay, "drain", a.config.Drain)
	time.Sleep(a.config.StopDelay)
	ctx, cancel := context.WithTimeout(context.Background(), a.config.Drain)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("requests were cut off after %s: %w", a.config.Drain, errors.Join(err, server.Close()))
	}
	a.log.Info("stopped")
	return nil
}

// transferTime is how long one upload or download may take.
const transferTime = 15 * time.Minute

func (a *App) server(h http.Handler) (*http.Server, error) {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: transferTime, WriteTimeout: transferTime,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelInfo),
	}
	server.RegisterOnShutdown(a.embeds.Stop) // it waits for streams to end, which would go on for minutes
	if a.config.TLSCert == "" {
		return server, nil
	}
	c, err := newCertificate(a.config.TLSCert, a.config.TLSKey, a.now, a.log)
	if err != nil {
		return nil, err
	}
	server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}
	return server, nil
}

func serveOn(server *http.Server, listener net.Listener) error {
	if server.TLSConfig != nil {
		return server.ServeTLS(listener, "", "")
	}
	return server.Serve(listener)
}
