// <cloud-pocket>: official documents in a page of yours. See embed.d.ts for what it takes and tells.
const words = {
  ja: ["公文書", "読み込んでいます", "公文書を表示できませんでした。通信の状態を確かめて、もう一度お試しください。", "もう一度試す", (n) => `未読の公文書 ${n}件`],
  en: ["Official documents", "Loading", "The documents could not be shown. Check your connection and try again.", "Try again", (n) => `${n} unread document${n === 1 ? "" : "s"}`],
};

// What the frame may tell, and of what type each part is.
const counts = { unread: "number", pending: "number" };
const one = { delivery: "string" };
const tells = {
  ready: {}, resize: { height: "number" }, unread: counts, opened: one, downloaded: one, acknowledged: one,
  expiring: { seconds: "number" }, ended: { reason: "string" }, error: { code: "string" },
};

const anew = ["src", "client", "mode", "office", "document", "lang"];
const sandbox = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-storage-access-by-user-activation";

const css = `:host{display:block;position:relative}:host([hidden]){display:none}:host([mode=badge]){display:inline-block;vertical-align:middle}
iframe{display:block;width:100%;height:0;border:0}[hidden]{display:none!important}
.wait{display:grid;gap:12px;padding:8px 0}.wait i{height:56px;border-radius:8px;background:currentColor;opacity:.1}
.wait i:first-child{width:40%;height:32px}@media(prefers-reduced-motion:no-preference){.wait i{animation:p 1.6s infinite}}@keyframes p{50%{opacity:.05}}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.lost{padding:16px;border:1px solid;border-radius:8px}.lost button{font:inherit;min-height:44px;padding:0 16px}
.count{display:inline-block;min-width:1.5em;padding:0 .4em;border-radius:1em;background:#ce0000;color:#fff;font:700 .8125em/1.5 sans-serif;text-align:center;box-sizing:border-box}
:host([mode=badge]) iframe{width:15rem;position:absolute}`;

const make = (name, cls, text = "") => Object.assign(document.createElement(name), { className: cls, textContent: text });

class CloudPocket extends HTMLElement {
  static observedAttributes = [...anew, "scheme", "label"];
  #theme;
  #life; // ends with everything that was started: timers, ports, listeners
  #port;
  #parts;
  #queued;

  get theme() {
    return this.#theme;
  }
  set theme(theme) {
    this.#theme = theme;
    this.#dress();
  }

  connectedCallback() {
    if (Object.hasOwn(this, "theme")) { // it was set before this script had come
      const { theme } = this;
      delete this.theme;
      this.theme = theme;
    }
    this.#start();
  }
  disconnectedCallback() {
    this.#stop();
  }
  attributeChangedCallback(name, before, after) {
    if (before === after || !this.#life) return;
    if (name === "scheme") this.#dress();
    else if (name === "label") this.#parts.frame.title = this.#label;
    else if (!this.#queued) {
      this.#queued = true;
      queueMicrotask(() => {
        this.#queued = false;
        if (this.#life) this.#start();
      });
    }
  }

  get #lang() {
    return (this.getAttribute("lang") || this.closest("[lang]")?.lang || navigator.language).startsWith("ja") ? "ja" : "en";
  }
  get #label() {
    return this.getAttribute("label") || words[this.#lang][0];
  }
  get #badge() {
    return this.getAttribute("mode") === "badge";
  }

  #stop() {
    this.#life?.abort();
    this.#port?.close();
    this.#life = this.#port = null;
    this.#parts?.root.replaceChildren();
  }

  #start() {
    this.#stop();
    const life = (this.#life = new AbortController());
    const w = words[this.#lang];
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(css);
    root.adoptedStyleSheets = [style];
    const frame = make("iframe", "");
    const wait = make("div", "wait");
    const count = make("span", "count");
    const said = make("span", "sr", w[1]);
    said.setAttribute("role", "status");
    count.setAttribute("aria-hidden", "true");
    count.part = "count";
    count.hidden = true;
    wait.append(make("i", ""), make("i", ""), make("i", ""));
    wait.hidden = this.#badge;
    this.#parts = { root, frame, wait, count, said };
    let url;
    try {
      url = new URL(this.getAttribute("src").replace(/\/*$/, "/embed/") + encodeURIComponent(this.getAttribute("client")) + "?lang=" + this.#lang);
      if (!/^https?:/.test(url)) throw url; // a script would run in the page around
    } catch {
      return this.#lost("config");
    }
    frame.title = this.#label;
    frame.setAttribute("sandbox", sandbox);
    frame.referrerPolicy = "no-referrer";
    frame.src = url;
    frame.addEventListener("load", () => this.#connect(life, url.origin), { signal: life.signal });
    this.#within(life, 2e4);
    root.replaceChildren(said, count, wait, frame);
  }

  // within says that nothing came when the frame has not answered in time, and that something did otherwise.
  #within(life, time) {
    clearTimeout(life.timer);
    if (time) life.timer = setTimeout(() => this.#lost("unreachable"), time);
    life.signal.onabort = () => clearTimeout(life.timer);
  }

  #connect(life, origin) {
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#hear(life, port1, data);
    this.#parts.frame.contentWindow.postMessage({ cloudpocket: 1, type: "connect" }, origin, [port2]);
    const at = (name) => this.getAttribute(name);
    port1.postMessage({
      type: "start", lane: this.fetchEmbedCode ? "code" : "popup", mode: at("mode") || "list", office: at("office"), document: at("document"),
      scheme: at("scheme") || "auto", theme: this.#plain,
    });
    this.#within(life, 5e3);
  }

  get #plain() {
    const { accent, radius, font, size } = this.#theme ?? {};
    return { accent, radius, font, size };
  }
  #dress() {
    this.#port?.postMessage({ type: "theme", scheme: this.getAttribute("scheme") || "auto", theme: this.#plain });
  }

  #hear(life, port, data) {
    if (port !== this.#port) return;
    this.#within(life, 0);
    if (data?.type === "need-code") this.#code(life, port, data.id);
    const parts = data?.type === "event" && Object.hasOwn(tells, data.name) && tells[data.name];
    if (!parts) return;
    const detail = { version: 1 };
    for (const key in parts) {
      if (typeof data.detail?.[key] !== parts[key]) return;
      detail[key] = data.detail[key];
    }
    if (data.name === "resize") this.#resize(detail.height);
    if (data.name === "unread" && this.#badge) this.#count(detail.unread);
    this.#tell(data.name, detail);
  }

  async #code(life, port, id) {
    const stop = new AbortController();
    const end = () => stop.abort();
    const timer = setTimeout(end, 15e3);
    life.signal.addEventListener("abort", end);
    let answer = { error: "failed" };
    try {
      const code = await this.fetchEmbedCode({ signal: stop.signal });
      if (code && typeof code === "string") answer = { code };
    } catch {
      // The frame is told that there is none, and asks again when that may help.
    }
    clearTimeout(timer);
    life.signal.removeEventListener("abort", end);
    port.postMessage({ type: "code", id, ...answer });
  }

  #resize(height) {
    const { frame, wait, said } = this.#parts;
    frame.style.height = Math.min(Math.max(height, 0), 1e5) + "px";
    if (this.#badge) frame.style.position = height ? "static" : "";
    if (!wait.hidden) said.textContent = "";
    wait.hidden = true;
  }

  #count(n) {
    const { count, said } = this.#parts;
    count.textContent = n > 99 ? "99+" : n;
    count.hidden = !n;
    said.textContent = words[this.#lang][4](n);
  }

  #lost(code) {
    const { root } = this.#parts;
    const w = words[this.#lang];
    this.#stop();
    const life = (this.#life = new AbortController());
    const box = make("div", "lost", w[2] + " ");
    const again = make("button", "", w[3]);
    const start = () => this.#start();
    again.onclick = start;
    addEventListener("online", start, { signal: life.signal });
    box.role = "alert";
    box.append(again);
    root.replaceChildren(box);
    this.#tell("error", { version: 1, code });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.get("cloud-pocket") ?? customElements.define("cloud-pocket", CloudPocket);

// mount puts an element made of options into target, and returns it.
export function mount(target, options = {}) {
  const element = document.createElement("cloud-pocket");
  for (const [name, value] of Object.entries(options)) {
    if (name === "fetchEmbedCode" || name === "theme") element[name] = value;
    else if (value != null) element.setAttribute(name, value);
  }
  target.append(element);
  return element;
}
