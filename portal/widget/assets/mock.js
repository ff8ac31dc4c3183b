// Invented data in place of a session, for developers: requests carry no token, and what was read and acknowledged is kept
// here, for as long as the page is open.

const read = new Set([4, 5, 6]);
const pending = new Set([1, 4]);
const acknowledged = new Set();
const listeners = new Set();

export const mock = document.querySelector('meta[name="cp-mock"]') !== null;

// around says which pages may be around besides those that the server names: those of developers' own machines.
export const around = (origin) => /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(origin);

const counted = () => ({ unread: 6 - read.size, pending: [...pending].filter((n) => !acknowledged.has(n)).length });
const seen = () => new URLSearchParams({ read: [...read].join("."), acknowledged: [...acknowledged].join(".") }).toString();
const changed = () => listeners.forEach((tell) => tell());
const json = (body) => new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });

// ask answers like the server.
export async function ask(path, { method = "GET", headers = {}, body, ...options } = {}) {
  if (path === "/embed/events") return new Response(events(options.signal), { headers: { "Content-Type": "text/event-stream" } });
  if (path === "/embed/once") return json({ url: "/embed/mock/at" + JSON.parse(body).path, expires_in: 60 });
  const local = path.replace(/^\/embed\/at/, "");
  const [, n, deed] = /^\/deliveries\/mock-(\d+)(\/acknowledge)?(?:\?|$)/.exec(local) ?? [];
  if (deed) {
    acknowledged.add(Number(n));
    changed();
    return new Response(null, { status: 204, headers: { "Embed-Location": `/deliveries/mock-${n}?done=acknowledged` } });
  }
  const sent = { ...headers, "Accept-Language": document.documentElement.lang, "Embed-Mock": seen() };
  const answer = await fetch("/embed/mock/at" + local, { method, headers: sent, credentials: "omit", cache: "no-store", ...options });
  if (n && !read.has(Number(n))) {
    read.add(Number(n));
    changed();
  }
  return answer;
}

// events is the stream that says how many are unread.
function events(signal) {
  let tell;
  return new ReadableStream({
    start(stream) {
      const text = new TextEncoder();
      tell = () => stream.enqueue(text.encode(`event: unread\ndata: ${JSON.stringify(counted())}\n\n`));
      const beat = setInterval(() => stream.enqueue(text.encode(":\n\n")), 15000);
      listeners.add(tell);
      tell();
      signal?.addEventListener("abort", () => {
        clearInterval(beat);
        listeners.delete(tell);
        stream.error(new Error("ended"));
      });
    },
    cancel() {
      listeners.delete(tell);
    },
  });
}
