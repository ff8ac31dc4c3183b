package press

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// maxMemory is how many bytes each of Chromium's processes may write to: with half of it a small page is printed,
	// with a quarter none. Its address space cannot be bounded, for it reserves far more than it uses.
	maxMemory = 1 << 30
	// maxFile is how many bytes any file that Chromium writes may have; shared memory counts too.
	maxFile = maxPDF + 32<<20
)

// bound is a shell's words that run a command under the limits; where the account's own are lower, those hold.
const bound = `ulimit -d "$1" 2>/dev/null; ulimit -f "$2" 2>/dev/null; shift 2; exec "$@"`

// bounded is a command in a group of processes of its own, all of which end with ctx, under limits for each of them.
func bounded(ctx context.Context, memory int, program string, args ...string) *exec.Cmd {
	words := []string{"-c", bound, "press", strconv.Itoa(memory >> 10), strconv.Itoa(maxFile >> 9), program} // kibibytes, and blocks of 512 bytes
	cmd := exec.CommandContext(ctx, "/bin/sh", append(words, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
}

// Children of a command that ended are looked for this often, that long apart.
const (
	reapTimes = 200
	reapPause = 10 * time.Millisecond
)

// bury ends what is left of a command's group. Where this process is the first of its container, or has taken that
// place for its children, orphans are its own now, and stay as zombies unless it waits for them: for these alone, because
// others wait for their own.
func bury(group int) {
	_ = syscall.Kill(-group, syscall.SIGKILL) // there may be nobody left
	for range reapTimes {
		left := reap(-group)
		for _, pid := range handlers() {
			left = reap(pid) || left
		}
		if !left {
			return
		}
		time.Sleep(reapPause)
	}
}

// reap waits for those of a group, or for one process, that ended, and reports whether there are others.
func reap(who int) bool {
	for {
		pid, err := syscall.Wait4(who, nil, syscall.WNOHANG, nil)
		if err == nil && pid == 0 {
			return true
		}
		if err != nil && err != syscall.EINTR { // none of them is, or will be, a child of this process
			return false
		}
	}
}

// handlers are the children of this process that Chromium started to tell of its crashes, which leave its group. They end
// with it by themselves. Without them it would wait for a page's process that is gone.
func handlers() (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // none where there is no such folder
	own := strconv.Itoa(os.Getpid())
	for _, name := range stats {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		begin, rest, _ := strings.Cut(string(b), ") ")
		pid, command, _ := strings.Cut(begin, " (")
		fields := strings.Fields(rest)
		if n, err := strconv.Atoi(pid); err == nil && len(fields) > 1 && fields[1] == own && strings.HasPrefix(command, "chrome_crashpad") {
			pids = append(pids, n)
		}
	}
	return pids
}
