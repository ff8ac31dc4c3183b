// Package preview makes of a delivered file's bytes what a page shows: pictures of PDF pages and images, lines of text,
// rows of a table. What it makes it keeps, so that each is made once.
//
//   - config.go, maker.go: what it may cost; [Open] and what a [Maker] is asked for.
//   - file.go: a [File], and which [Shape] of preview its name promises.
//   - line.go: who waits for what; how many at a time; when the answer is "busy".
//   - cache.go, seal.go, sweep.go: previews on disk: one sealed file each, the oldest go first.
//   - engine.go, pdf.go: PDFium in WebAssembly, and what is asked of it: pages, pictures, the text layer.
//   - fonts.go: the Japanese fonts found, which are the only files that PDFium sees.
//   - image.go, orient.go, scale.go: JPEG, PNG and GIF upright, smaller, and encoded anew.
//   - charset.go, text.go: text and CSV in UTF-8, UTF-16 and CP932.
//   - refusal.go: everything that can be said instead, and for how long it stays true.
//
// # How data flows
//
// A request for a preview looks on disk first. If it is not there, the request joins whoever waits for the same, or
// takes a place in the line, or is told that the line is full. A worker then reads the file, makes the preview, keeps it
// and answers all who wait. Refusals are kept like previews: a file that cost its whole time once does not do so again
// with every look.
//
// # What it does not do
//
// It decides no permission: whoever asks has been let in to the file already. It has no part in downloads, which neither
// wait for it nor fail with it. It does not open Office files: there is no sandboxed reader of them to be had, so they are
// [DownloadOnly].
//
// # Why
//
// PDF is a large, old format whose readers have a history of memory errors, and the files come from outside. PDFium
// runs in WebAssembly, where such an error reaches nothing but the instance's own memory: no network, no clock, no file
// but the fonts. Each job has a fresh instance, so nothing of one tenant's file is there when the next one's is drawn.
// WebAssembly costs about two times the processor; a page is drawn once.
//
// An instance cannot be asked to stop, so it is stopped from outside: the engine's code checks at every branch whether
// its context is over. What was stopped is thrown away with its runtime, and the next job starts another (a fraction of a
// second, from code compiled once and kept). The time covers a preview's making alone, not reading the file and not
// starting the engine: only what is the file's fault is remembered against it.
//
// PDFs often do not bring their Japanese fonts, and PDFium without one draws nothing and says nothing. PDFium looks into
// /usr/share/fonts of the root it is given; a folder mounted there alone is not found. So it is given a root with exactly
// that folder, in which the Japanese fonts lie. [Status] names them, because their absence shows in no error.
//
// Previews are copies of official documents. They are sealed with keys derived per tenant, and their file names say
// nothing, so the folder may lie on a disk that is not encrypted although the blobs are; and the same file delivered by
// two firms is two entries that neither firm can learn of from the other, not by name and not by how fast an answer is.
//
// The engine is started by the first PDF and let go after minutes without one, so that a service that shows none pays
// neither in start time nor in memory.
package preview
