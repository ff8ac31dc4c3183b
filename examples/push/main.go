package main

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"cloudpocket/portal/api/client"
	"cloudpocket/portal/api/gen"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := push(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// push does what the arguments say.
func push(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("push", flag.ContinueOnError)
	service := flags.String("service", "http://pocket.localhost:8400", "where the service is")
	id := flags.String("client", "", "the client's ID, as the console shows it")
	key := flags.String("key", "key.pem", "file with its private key (PEM, PKCS #8)")
	kid := flags.String("kid", "", "what the public half is called in the key set")
	run := flags.String("run", time.Now().Format("2006-01"), "what this run is called; the same again goes on with it")
	senders := flags.Int("senders", 4, "how many batches are on their way at once")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("say which folder to push")
	}
	signer, err := readKey(*key)
	if err != nil {
		return fmt.Errorf("read the key: %w", err)
	}
	c, err := client.New(client.Config{BaseURL: *service, ClientID: *id, Key: signer, KeyID: *kid})
	if err != nil {
		return err
	}
	notes, err := openJournal(filepath.Join(flags.Arg(0), ".push-"+*run))
	if err != nil {
		return fmt.Errorf("open the notes of the run: %w", err)
	}
	defer notes.Close()
	files, err := packages(flags.Arg(0), notes.known)
	if err != nil {
		return fmt.Errorf("list the packages: %w", err)
	}
	fmt.Fprintf(out, "%d packages, %d of them before\n", len(files)+len(notes.known), len(notes.known))
	p := progress{out: out, all: len(files), began: time.Now()}
	err = c.PushAll(ctx, *run, files, *senders, func(f client.File, r gen.PackageResult) {
		p.count(f, r)
		notes.note(f, r)
	})
	p.show()
	return errors.Join(err, notes.failed)
}

// readKey reads a private key (RFC 5958).
func readKey(name string) (crypto.Signer, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, errors.New("it is no PEM file")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%T does not sign", key)
	}
	return signer, nil
}

// packages are the ZIPs of a folder that are not known.
func packages(folder string, known map[string]bool) (files []client.File, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if known[e.Name()] || !strings.EqualFold(filepath.Ext(e.Name()), ".zip") {
			continue
		}
		f, err := client.FromDisk(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// progress counts and shows.
type progress struct {
	out                   io.Writer
	all, taken, not, last int
	began                 time.Time
}

func (p *progress) count(f client.File, r gen.PackageResult) {
	switch {
	case r.Problem != nil:
		p.not++
		fmt.Fprintf(p.out, "%s: %s\n", f.Name, r.Problem.Code)
	case r.Package.Reason != nil:
		p.not++
		fmt.Fprintf(p.out, "%s: %s, %s\n", f.Name, r.Package.State, *r.Package.Reason)
	default:
		p.taken++
	}
	if n := p.taken + p.not; n-p.last >= 100 {
		p.last = n
		p.show()
	}
}

func (p *progress) show() {
	seconds := time.Since(p.began).Seconds()
	fmt.Fprintf(p.out, "%d of %d taken, %d not, %.0f a second\n", p.taken, p.all, p.not, float64(p.taken+p.not)/seconds)
}
