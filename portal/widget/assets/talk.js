// The only conversation with the page around the frame: one port, which came with the first message of that very page, and
// messages of which every field is looked at. What is not known is dropped.

const id = (value) => value === null || value === undefined || (typeof value === "string" && /^[\w.-]{1,64}$/.test(value));
const among = (...known) => (value) => known.includes(value);

const known = {
  start: {
    lane: among("code", "popup"),
    mode: among("list", "office", "document", "badge", "tray"),
    office: id,
    document: id,
    scheme: among("auto", "light", "dark"),
    theme: (value) => typeof value === "object" && value !== null,
  },
  theme: { scheme: among("auto", "light", "dark"), theme: (value) => typeof value === "object" && value !== null },
  code: {
    id: Number.isSafeInteger,
    code: (value) => value === undefined || (typeof value === "string" && /^[\w-]{1,200}$/.test(value)),
    error: (value) => value === undefined || typeof value === "string",
  },
};

// read returns the fields of a message that is known and in order, and null of any other.
export function read(data) {
  const fields = typeof data === "object" && data !== null && Object.hasOwn(known, data.type) && known[data.type];
  if (!fields) return null;
  const message = { type: data.type };
  for (const [name, holds] of Object.entries(fields)) {
    if (!holds(data[name])) return null;
    message[name] = data[name];
  }
  return message;
}

// connect waits for the page around to send a port and to say what to show, and calls begin with both and its origin.
export function connect(origins, begin) {
  const hear = (event) => {
    if (window.parent === window || event.source !== window.parent || !origins.includes(event.origin)) return;
    if (event.data?.cloudpocket !== 1 || event.data.type !== "connect" || event.ports.length !== 1) return;
    window.removeEventListener("message", hear);
    const talk = new Talk(event.ports[0]);
    talk.once("start", (start) => begin(talk, start, event.origin));
  };
  window.addEventListener("message", hear);
}

class Talk {
  #port;
  #hears = {};
  #asked = new Map();
  #last = 0;

  constructor(port) {
    this.#port = port;
    port.onmessage = ({ data }) => {
      const message = read(data);
      if (message?.type === "code") this.#answer(message);
      else if (message) this.#hears[message.type]?.(message);
    };
  }

  on(type, hear) {
    this.#hears[type] = hear;
  }
  once(type, hear) {
    this.#hears[type] = (message) => {
      delete this.#hears[type];
      hear(message);
    };
  }

  // tell has the element make an event of it.
  tell(name, detail = {}) {
    this.#port.postMessage({ type: "event", name, detail });
  }

  // code asks the page around for a code. Without one within 15 seconds it fails.
  code() {
    const asked = ++this.#last;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.#answer({ id: asked }), 15000);
      this.#asked.set(asked, (code) => {
        clearTimeout(late);
        if (code) resolve(code);
        else reject(new Error("no code came"));
      });
      this.#port.postMessage({ type: "need-code", id: asked });
    });
  }
  #answer({ id, code }) {
    const take = this.#asked.get(id);
    this.#asked.delete(id);
    take?.(code);
  }
}
