// The page in the element's frame. It waits for the page around it, gets a token for a key of its own, and shows what the
// element asks for.
//
//	talk.js    the conversation with the page around
//	key.js     the key, its proofs, and the server's clock
//	token.js   the token, its renewal, and requests that carry it
//	popup.js   signing in where the page around brings nobody
//	pages.js   links, forms and the way back; screen.js what stands around them
//	once.js    pictures, downloads, prints and parts; guard.js buttons that must have been seen
//	events.js  what the server says meanwhile
//	mock.js    invented data in place of all that, for developers
//	height.js  how high the page is; theme.js what it looks like
import { follow } from "./events.js";
import { inSight } from "./guard.js";
import { Height } from "./height.js";
import { Clock, newKey } from "./key.js";
import { around, ask as askMock, mock } from "./mock.js";
import { Once } from "./once.js";
import { Pages, paths } from "./pages.js";
import { Popup } from "./popup.js";
import { Screen } from "./screen.js";
import { connect } from "./talk.js";
import { dress, follow as followScheme } from "./theme.js";
import { asker, Ended, Token } from "./token.js";

const told = (name) => document.querySelector(`meta[name="cp-${name}"]`).content;
const clock = new Clock(Number(told("now")));
const words = document.body.dataset;

const origins = JSON.parse(told("origins"));

connect({ includes: (origin) => origins.includes(origin) || (mock && around(origin)) }, (talk, start, origin) => {
  new Frame(talk, start, origin).run();
});

// first is the page that a mode begins with; null: it shows none.
function first({ mode, office, document: one }) {
  if (mode === "badge") return null;
  if (mode === "tray") return "/desk/tray";
  if (mode === "document" && one) return "/deliveries/" + one;
  return "/deliveries" + (mode === "office" && office ? "?office=" + encodeURIComponent(office) : "");
}

// wakes says when trying again may help: the network is back, or the reader is.
function wakes() {
  const wake = new EventTarget();
  const say = () => document.visibilityState === "visible" && wake.dispatchEvent(new Event("wake"));
  window.addEventListener("online", say);
  document.addEventListener("visibilitychange", say);
  return wake;
}

class Frame {
  #talk;
  #start;
  #origin;
  #wake = wakes();
  #life = new AbortController(); // ends with the token
  #stream = new AbortController(); // ends with each token: it is that one's session that a stream tells of
  #unread;

  constructor(talk, start, origin) {
    Object.assign(this, { height: new Height((height) => this.#asked(height)) });
    this.#talk = talk;
    this.#start = start;
    this.#origin = origin;
    this.screen = new Screen({ tell: () => this.height.look(), ended: (reason) => this.#ended(reason), wake: this.#wake });
    this.#look(start);
    talk.on("theme", (look) => this.#look(look));
  }

  async run() {
    const means = await this.#means();
    this.popup = new Popup(told("client"), this.#origin);
    await this.popup.ready();
    this.pages = new Pages(means);
    if (this.#start.lane === "popup" && !mock) this.#signIn();
    else await this.#open();
  }

  async #means() {
    const key = await newKey(clock);
    const tell = (name, detail) => this.#talk.tell(name, detail);
    const popup = this.#start.lane === "popup";
    this.token = new Token({
      key, clock, tell, wake: this.#wake, client: told("client"), origin: this.#origin, ended: (reason) => this.#ended(reason),
      renewed: () => {
        this.screen.veil(null);
        if (this.following) this.#follow();
      },
      lost: () => this.screen.veil(() => this.token.fresh(null).catch(() => {})),
      code: async () => {
        if (popup) throw new Ended("expired");
        return { code: await this.#talk.code() };
      },
    });
    const ask = mock ? askMock : asker({ token: this.token, key, clock, lang: told("lang") });
    const scripts = await import(told("enliven"));
    scripts.everywhere();
    return (this.means = { ask, scripts, once: new Once(ask), talk: this.#talk, height: this.height, screen: this.screen, shows: paths(JSON.parse(told("routes"))) });
  }

  // asked passes the height on. A badge has none unless something has to be pressed.
  #asked(height) {
    if (this.#start.mode === "badge" && !this.asking) height = 0;
    this.#talk.tell("resize", { height });
  }

  #look(look) {
    const put = () => dress(look, () => this.#talk.tell("error", { code: "theme" }));
    if (!this.dressed) followScheme(() => this.dressed());
    this.dressed = put;
    put();
    this.height.anew();
  }

  // open shows the first page once there is a token, and follows what happens.
  async #open() {
    this.#life = new AbortController();
    this.asking = false;
    try {
      if (!mock) await this.token.fresh(null);
    } catch (problem) {
      return this.screen.failed(problem, () => this.#open());
    }
    this.screen.reached();
    const path = first(this.#start);
    if (this.#start.mode === "document") await inSight(document.body, this.#life.signal);
    if (path) await this.pages.begin(path);
    else this.height.look();
    this.#talk.tell("ready");
    this.#follow();
  }

  #follow() {
    this.#stream.abort();
    const { signal } = (this.#stream = new AbortController());
    this.following = true;
    const hear = (name, data) => signal.aborted || this.#hear(name, data);
    follow({ ask: this.means.ask, hear, over: (reason) => this.#ended(reason), wake: this.#wake, signal });
  }

  // over is for when the server says that the session is over. One whose time has come may still be renewed: the reader's machine
  // may have slept.
  async #over(reason) {
    if (reason !== "expired") return this.#ended(reason);
    await this.token.fresh(this.token.value).catch((problem) => problem instanceof Ended && this.#ended(reason));
  }

  #hear(name, data) {
    if (name === "ended") return this.#over(String(data.reason));
    if (name !== "unread" || !Number.isSafeInteger(data.unread) || !Number.isSafeInteger(data.pending)) return;
    const before = this.#unread;
    this.#unread = data.unread;
    this.#talk.tell("unread", { unread: data.unread, pending: data.pending });
    const list = this.pages.path?.split("?")[0] === "/deliveries";
    if (before !== undefined && data.unread > before && list) this.screen.newer(() => this.pages.again());
  }

  // ended takes everything away that was shown.
  #ended(reason) {
    if (this.#life.signal.aborted) return;
    this.#life.abort();
    this.#stream.abort();
    this.following = false;
    this.#unread = undefined;
    this.token.drop();
    this.pages.leave();
    this.asking = true;
    if (this.#start.lane === "popup") this.#signIn();
    else this.screen.ask(words.ended, words.endedWhy, [[words.reopen, () => this.#open()], [words.portal, "/"]]);
    this.#talk.tell("ended", { reason });
  }

  // signIn offers the window in which the person signs in.
  #signIn() {
    this.asking = true;
    this.screen.ask(words.signinTitle, words.signinWhy, [[words.signin, () => this.#inWindow()], [words.portal, this.#portal()]]);
    this.#talk.tell("ready");
  }

  #inWindow() {
    this.popup.open((given) => this.#admitted(given));
    const go = async () => this.#admitted(...(await this.popup.admit().catch(() => [])));
    this.screen.ask(words.continueTitle, words.continueWhy, [[words.continue, go], [words.portal, this.#portal()]], { quiet: false });
  }

  // admitted begins with the code that the window gave; without one the portal is left.
  async #admitted(given, options) {
    try {
      if (!given) throw new Ended("refused");
      await this.token.begin(given, options);
    } catch (problem) {
      await this.popup.ready();
      const title = problem instanceof Ended ? words.refused : words.offline;
      this.screen.ask(title, words.refusedWhy, [[words.signin, () => this.#inWindow()], [words.portal, this.#portal()]], { quiet: false });
      return;
    }
    await this.popup.ready();
    await this.#open();
  }

  #portal() {
    return first(this.#start) ?? "/";
  }
}
