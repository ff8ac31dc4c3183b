// Command go serves a page that embeds Cloud Pocket, and gives it a code whenever the element asks.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
)

func main() {
	key, err := readKey("client-key.pem")
	if err != nil {
		log.Fatal(err)
	}
	pocket := pocket{client: os.Getenv("POCKET_CLIENT"), key: key}
	http.Handle("/", http.FileServer(http.Dir("public")))
	http.HandleFunc("POST /embed-code", pocket.giveCode)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

// giveCode answers the element. Requests of other sites are refused.
func (p pocket) giveCode(w http.ResponseWriter, r *http.Request) {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	who, ok := signedIn(r)
	if !ok {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	code, err := p.embedCode(r.Context(), who)
	if err != nil {
		log.Print("embed code: ", err)
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]string{"code": code})
}
