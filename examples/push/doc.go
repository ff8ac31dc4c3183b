// Command push pushes a folder of official packages into a firm's tray, as a parent product does at the end of a month, and shows
// how far it is.
//
//	go run ./examples/push -service https://pocket.example.jp -client ID -key key.pem -kid 2026 -run 2026-11 FOLDER
//
// Killed and started again with the same -run, it goes on where it was: what it was told about is noted in FOLDER/.push-RUN, and
// what was on its way is sent again into the same drop, where it is the package that is there.
package main
