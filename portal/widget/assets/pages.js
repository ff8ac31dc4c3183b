// The portal's pages inside the frame: links and forms fetch the next one and put it in the place of the last. What a person
// has been through is kept here and not in the browser's history, which belongs to the page around.
import { Guard } from "./guard.js";
import { save } from "./once.js";

// paths returns a test for the addresses that can be shown here, made of lines such as "GET /deliveries/{id}".
export function paths(routes) {
  const all = routes.map((route) => {
    const [method, pattern] = route.split(" ");
    const parts = pattern.split(/\{[^}]*\}/).map((part) => part.replace(/[.*+?^$()|[\]\\]/g, "\\$&"));
    return { method, fits: new RegExp("^" + parts.join("[^/]+") + "$") };
  });
  return (method, path) => all.some((route) => route.method === method && route.fits.test(path));
}

export class Pages {
  #m; // ask, once, talk, height, screen, shows, scripts
  #stack = [];
  #left = new AbortController(); // ends with the page that is shown
  #going = new AbortController();
  #guard;
  #posting = false;
  #opened;

  constructor(means) {
    this.#m = means;
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("submit", (event) => this.#submit(event));
    means.screen.back.addEventListener("click", () => this.back());
    Object.assign(means.scripts.way, this.#way());
  }

  get path() {
    return this.#stack.at(-1)?.path;
  }

  // leave forgets everything that was shown.
  leave() {
    this.#going.abort();
    this.#left.abort();
    this.#stack = [];
  }

  // begin shows the first page. It takes the focus from nobody.
  async begin(path) {
    this.leave();
    await this.#load(path, { quiet: true });
  }

  async back() {
    if (this.#stack.length < 2) return;
    this.#stack.pop();
    const { path } = this.#stack.pop();
    await this.#load(path);
  }

  async again() {
    if (this.#stack.length) await this.#load(this.#stack.pop().path, { quiet: true });
  }

  // go leads where a link does.
  go(to) {
    const url = new URL(to, location.origin + (this.path ?? "/"));
    if (url.origin === location.origin && this.#m.shows("GET", url.pathname)) return this.#load(url.pathname + url.search + url.hash);
    window.open(url, "_blank", "noopener");
  }

  // load fetches a page, or sends what leads to one. What was sent is never sent again by itself.
  async #load(path, { quiet = false, hops = 0, ...options } = {}) {
    this.#going.abort();
    const going = (this.#going = new AbortController());
    const { screen } = this.#m;
    screen.busy(true);
    try {
      const answer = await this.#m.ask("/embed/at" + path.split("#")[0], { headers: { Accept: "text/html" }, ...options, signal: going.signal });
      if (going.signal.aborted) return;
      screen.reached();
      await this.#take(answer, path, { quiet, hops, sent: options.method === "POST" });
    } catch (problem) {
      if (!going.signal.aborted) screen.failed(problem, options.method === "POST" ? undefined : () => this.#load(path, { quiet }));
    } finally {
      if (going === this.#going) screen.busy(false);
    }
  }

  // take shows an answer, follows where it leads, or saves what it holds.
  async #take(answer, path, { quiet, hops, sent }) {
    const to = answer.headers.get("Embed-Location");
    if (to && hops < 5) return this.#landed(to, { quiet, hops: hops + 1 });
    const type = answer.headers.get("Content-Type") ?? "";
    if (!type.startsWith("text/html")) return keep(answer);
    if (answer.status >= 502) throw new Error("the server is away");
    // What a form was answered with is not there to be fetched: going on from it goes on from the page before.
    this.#show(await answer.text(), sent ? (this.path ?? "/") : path, { quiet, sent });
    const [, delivery] = /^\/deliveries\/([\w-]+)(?:\?|#|$)/.exec(path) ?? [];
    if (answer.ok && delivery && delivery !== this.#opened) this.#m.talk.tell("opened", { delivery });
    this.#opened = delivery;
  }

  async #landed(to, options) {
    const [, delivery] = /^\/deliveries\/([\w-]+)\?done=acknowledged$/.exec(to) ?? [];
    if (delivery) this.#m.talk.tell("acknowledged", { delivery });
    await this.#load(to, options);
  }

  #show(html, path, { quiet, sent }) {
    const { screen, once, height, scripts } = this.#m;
    const page = new DOMParser().parseFromString(html, "text/html");
    const main = page.querySelector("main");
    if (!main) throw new Error("no page came");
    this.#left.abort();
    this.#left = new AbortController();
    const bare = (one) => one?.split(/[?#]/)[0];
    while (!sent && this.#stack.length && bare(this.path) === bare(path)) this.#stack.pop(); // the same page, seen otherwise
    this.#stack.push({ path: path.replace(/([?&])done=\w+&?/, "$1").replace(/[?&]$/, "") });
    once.rest(main);
    for (const link of main.querySelectorAll("a[href]")) this.#outward(link, screen);
    screen.put(main, page.title, { quiet, back: this.#stack.length > 1 });
    once.fill(main, this.#left.signal);
    this.#guard = new Guard(main, this.#left.signal);
    scripts.enliven(this.#left.signal);
    if (path.includes("#")) this.#place(path.split("#")[1]);
    height.anew();
  }

  // outward has a link to what cannot be shown here open the portal.
  #outward(link, screen) {
    const url = new URL(link.getAttribute("href"), location.origin + this.path);
    if (url.origin === location.origin && this.#m.shows("GET", url.pathname)) return;
    link.target = "_blank";
    link.rel = "noopener";
    link.href = url;
    link.append(screen.outward());
  }

  #place(id) {
    const place = document.getElementById(id);
    if (!place) return;
    if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "nearest" });
  }

  #click(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button) return;
    const href = link.getAttribute("href");
    const url = new URL(href, location.origin + (this.path ?? "/"));
    if (href.startsWith("#")) event.preventDefault(), this.#place(href.slice(1));
    if (href.startsWith("#") || url.origin !== location.origin || !this.#m.shows("GET", url.pathname)) return;
    event.preventDefault();
    const path = url.pathname + url.search;
    if (link.hasAttribute("download")) this.#fetched(path, this.#m.once.download(path));
    else if (link.target === "_blank") this.#fetched("", this.#m.once.print(path));
    else this.go(url);
  }

  async #fetched(path, fetching) {
    const { screen, talk } = this.#m;
    try {
      await fetching;
      screen.reached();
      const [, delivery] = /^\/deliveries\/([\w-]+)\//.exec(path) ?? [];
      if (delivery) talk.tell("downloaded", { delivery });
    } catch (problem) {
      screen.failed(problem);
    }
  }

  #submit(event) {
    if (event.defaultPrevented) return;
    const { target: form, submitter } = event;
    const method = (submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get").toUpperCase();
    const url = new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.origin + this.path);
    if (!this.#m.shows(method, url.pathname)) {
      form.target = "_blank";
      return;
    }
    event.preventDefault();
    const fields = new FormData(form, submitter);
    if (method === "GET") return this.go(url.pathname + "?" + new URLSearchParams(fields));
    const says = this.#guard.says(url.pathname, submitter);
    if (says !== "free") return this.#m.screen.unseen(says, location.origin + this.path);
    this.#post(url, form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields));
  }

  async #post(url, body) {
    if (this.#posting) return;
    this.#posting = true;
    await this.#load(url.pathname + url.search, { method: "POST", body });
    this.#posting = false;
  }

  // way is what the scripts of pages send by and lead with.
  #way() {
    const at = (url) => new URL(url, location.origin + this.path);
    return {
      fetch: (url, options = {}) => this.#m.ask("/embed/at" + at(url).pathname + at(url).search, options),
      go: (url) => this.go(url),
      again: () => this.again(),
      hash: () => new URL(this.path, location.origin).hash,
    };
  }
}

// keep saves an answer that is a file.
async function keep(answer) {
  if (!answer.ok) throw new Error("no file came");
  const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") ?? "");
  const url = URL.createObjectURL(await answer.blob());
  save(url, named ? decodeURIComponent(named[1]) : "file");
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
