// Signing in where the page around brings nobody: a window does it as the portal does, and sends a code to the frame that
// opened it, which alone has the verifier (as RFC 7636). Where that window has lost its opener, the code is fetched by the
// cookie that it has left, when the browser lets a frame have it.
import { digest, secret } from "./key.js";

const size = "popup,width=520,height=720";

export class Popup {
  #client;
  #origin;
  #verifier;
  #url;
  #listening = new AbortController();

  constructor(client, origin) {
    this.#client = client;
    this.#origin = origin;
  }

  // ready makes a new secret, so that a click has nothing to wait for.
  async ready() {
    this.#listening.abort();
    this.#verifier = secret();
    const query = new URLSearchParams({ origin: this.#origin, challenge: await digest(this.#verifier) });
    this.#url = `/embed/${encodeURIComponent(this.#client)}/popup?${query}`;
  }

  // open must be called by a click. took gets { code, verifier } when the window has sent one.
  open(took) {
    this.#listening.abort();
    this.#listening = new AbortController();
    const opened = window.open(this.#url, "_blank", size);
    window.addEventListener("message", (event) => {
      if (!opened || event.source !== opened || event.origin !== location.origin) return;
      const { cloudpocket, type, code } = event.data ?? {};
      if (cloudpocket !== 1 || type !== "popup-code" || typeof code !== "string" || !/^[\w-]{1,200}$/.test(code)) return;
      this.#listening.abort();
      took({ code, verifier: this.#verifier });
    }, { signal: this.#listening.signal });
  }

  // admit must be called by a click. It returns what the token is asked with, and how, when the code is in a cookie.
  async admit() {
    await document.requestStorageAccess();
    this.#listening.abort();
    return [{ verifier: this.#verifier }, { credentials: "same-origin" }];
  }
}
