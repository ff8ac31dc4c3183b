// Package press makes PDFs of pages by a headless Chromium, which the operator names.
//
// A page goes in as a file and comes out as a PDF. It must need nothing from elsewhere: the browser has no way out, runs no
// script, has a profile that is thrown away, and ends when its time is over.
//
// # Why
//
// A browser that is driven over its protocol could be kept running, but would carry one tenant's page beside the next
// one's. A process for each PDF costs a second, and leaves nothing.
//
// The policy is in the page, because a file has no headers. It is what keeps scripts from running: switched off
// altogether, Chromium does not print. Chromium's own sandbox stays on; only where the service
// runs as root, as in some containers, Chromium demands that it is off.
//
// Each of its processes has a bound on the memory that it may write to and on the files that it writes, set by the shell
// that starts it, because Go cannot set them for a child. A tenant has one place of the few.
//
// Chromium leaves children behind when it ends. They are ended with it, and waited for where they are ours to wait for:
// where the service is the first process of its container.
package press
