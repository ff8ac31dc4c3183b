package storetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/store"
)

const (
	contestedMarks     = 30
	contestedProcesses = 3
)

// markOneTakerOfProcesses starts the test binary again, several times over, to take the marks that this process put.
// A process that was started so finds placeVariable set and does nothing but take.
func markOneTakerOfProcesses(t *testing.T, open opener) {
	s := open(t, newClock().Now)
	if os.Getenv(placeVariable) != "" {
		fmt.Printf("\ntook %d marks\n", takeAll(t, s))
		return
	}
	for i := range contestedMarks {
		must(t, s.Put(t.Context(), contested(i), nil, time.Hour))
	}
	var total atomic.Int64
	var wg sync.WaitGroup
	for range contestedProcesses {
		wg.Go(func() { total.Add(takeElsewhere(t)) })
	}
	wg.Wait()
	if total.Load() != contestedMarks {
		t.Errorf("%d processes took %d marks, there were %d", contestedProcesses, total.Load(), contestedMarks)
	}
	if n := takeAll(t, s); n != 0 {
		t.Errorf("%d marks were left over", n)
	}
}

func contested(i int) string { return fmt.Sprint("contested ", i) }

func takeAll(t *testing.T, s store.Marks) (won int) {
	for i := range contestedMarks {
		switch _, err := s.Take(t.Context(), contested(i)); {
		case err == nil:
			won++
		case !errors.Is(err, store.ErrNotFound):
			t.Error(err)
		}
	}
	return won
}

var tookLine = regexp.MustCompile(`(?m)^took (\d+) marks$`)

// takeElsewhere runs this one test in another process and returns how many marks that took.
func takeElsewhere(t *testing.T) int64 {
	parts := strings.Split(t.Name(), "/")
	for i := range parts {
		parts[i] = "^" + regexp.QuoteMeta(parts[i]) + "$"
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+strings.Join(parts, "/"), "-test.count=1", "-test.v")
	cmd.Env = append(os.Environ(), placeVariable+"="+strconv.Itoa(os.Getpid()))
	out, err := cmd.CombinedOutput()
	match := tookLine.FindSubmatch(out)
	if err != nil || match == nil {
		t.Errorf("the other process: %v\n%s", err, out)
		return 0
	}
	n, err := strconv.ParseInt(string(match[1]), 10, 64)
	if err != nil {
		t.Error(err)
	}
	return n
}
