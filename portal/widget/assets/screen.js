// What stands around a page in the frame, and in its place when there is none: the way back, the word that the network is
// gone, how to sign in, and that it is over. The words are in the frame's page.
import { Ended } from "./token.js";

const words = document.body.dataset;
const find = (name) => document.querySelector(`[data-part="${name}"]`);

function make(name, cls, text) {
  const element = document.createElement(name);
  if (cls) element.className = cls;
  if (text) element.textContent = text;
  return element;
}

export class Screen {
  back = find("back");
  #said = find("said");
  #banner = find("banner");
  #again = null;
  #tell;
  #waits;

  // tell is called when the page has changed its height; ended when a deed finds that there is no token any more.
  constructor({ tell, ended, wake }) {
    this.#tell = tell;
    this.ended = ended;
    wake.addEventListener("wake", () => this.retry());
    window.addEventListener("offline", () => this.#lost());
  }

  put(main, title, { quiet, back }) {
    this.back.parentElement.hidden = !back;
    document.querySelector("main").replaceWith(main);
    document.title = title;
    this.#clear();
    if (quiet) return;
    this.#said.textContent = title;
    main.focus({ preventScroll: true });
    (back ? this.back : main.querySelector("h1") ?? main).scrollIntoView({ block: "nearest" });
  }

  // veil takes the page away, says so and tries again, or without again gives it back: while there is no token it may be that its
  // reader has left.
  veil(again) {
    const main = document.querySelector("main");
    const was = main.hidden;
    main.hidden = !!again;
    if (again) this.#lost(again);
    else if (was) this.#clear();
  }

  busy(yes) {
    const main = document.querySelector("main");
    if (yes) main.setAttribute("aria-busy", "true");
    else main.removeAttribute("aria-busy");
  }

  // reached is for when the server has answered.
  reached() {
    if (this.#again) this.#clear();
  }

  // failed says that the server is not reached, and tries again when that may help.
  failed(problem, again) {
    if (problem instanceof Ended) return this.ended(problem.reason);
    this.#lost(again);
  }

  retry() {
    const again = this.#again;
    this.#again = null;
    clearTimeout(this.#waits);
    again?.();
    if (!again && navigator.onLine) this.#clear();
  }

  #lost(again) {
    const first = !this.#again;
    this.#again = again ?? this.#again ?? (() => this.#clear());
    const button = make("button", "button small", words.again);
    button.addEventListener("click", () => this.retry());
    if (first || this.#banner.hidden) this.#say("warn", words.offline, button);
    clearTimeout(this.#waits);
    this.#waits = setTimeout(() => again && this.retry(), 5000 + 5000 * Math.random());
  }

  #say(tone, text, ...more) {
    const line = make("span", "", text);
    this.#banner.className = "notice embed-banner " + tone;
    this.#banner.replaceChildren(line, ...more);
    this.#banner.hidden = false;
    this.#tell();
  }

  #clear() {
    clearTimeout(this.#waits);
    this.#again = null;
    this.#banner.hidden = true;
    this.#tell();
  }

  // unseen says why a binding button was not taken, and where it can be pressed.
  unseen(says, url) {
    const link = make("a", "button small", words.portal);
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener";
    link.append(this.outward());
    this.#say("warn", says === "hidden" ? words.hidden : words.confirm, link);
    this.#banner.scrollIntoView({ block: "nearest" });
  }

  // newer offers the list with what has arrived.
  newer(show) {
    const button = make("button", "button small", words.show);
    button.addEventListener("click", show);
    this.#say("ok", words.newer, button);
  }

  outward() {
    return make("span", "sr", words.outward);
  }

  // ask shows a sentence and buttons in the place of a page. Each button is [word, deed]; a deed that is a string is an address
  // in the portal.
  ask(title, sentence, buttons, { quiet = true } = {}) {
    const main = make("main");
    main.id = "main";
    main.tabIndex = -1;
    const card = make("section", "card narrow");
    const ways = make("p", "ways");
    buttons.forEach(([word, deed], n) => ways.append(this.#way(word, deed, n ? "button" : "button primary")));
    card.append(make("h1", "", title), make("p", "", sentence), ways);
    main.append(card);
    this.put(main, title, { quiet, back: false });
  }

  #way(word, deed, cls) {
    const way = make(typeof deed === "string" ? "a" : "button", cls, word);
    if (typeof deed !== "string") {
      way.addEventListener("click", deed);
      return way;
    }
    Object.assign(way, { href: deed, target: "_blank", rel: "noopener" });
    way.append(this.outward());
    return way;
  }
}
