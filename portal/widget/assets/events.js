// What the server says while the frame is open: how many documents are unread, and that the session has ended. A stream that
// is lost is opened again, later each time, and at once when the reader comes back.

const silent = 45000; // the server says something every 15 seconds

// follow reads the stream until signal ends, and calls hear(name, data) for each event, or over(reason) where it cannot go on: the
// session may have ended while nothing was heard.
export async function follow({ ask, hear, over, wake, signal }) {
  for (let tries = 0; !signal.aborted; tries++) {
    const began = performance.now();
    try {
      await read(ask, hear, signal);
    } catch (problem) {
      if (signal.aborted) return;
      if (problem.reason) return over(problem.reason);
    }
    if (performance.now() - began > 60000) tries = 0;
    await pause(Math.min(1000 * 2 ** tries, 30000) * (0.5 + Math.random()), wake, signal);
  }
}

async function read(ask, hear, signal) {
  const stop = new AbortController();
  const end = () => stop.abort();
  signal.addEventListener("abort", end);
  let timer = setTimeout(end, silent);
  try {
    const answer = await ask("/embed/events", { headers: { Accept: "text/event-stream" }, signal: stop.signal });
    if (!answer.ok) throw new Error("no stream");
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(end, silent);
      const blocks = (text + value).split("\n\n");
      text = blocks.pop().slice(-10000);
      blocks.forEach((block) => event(block, hear));
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

// event reads one event (HTML 9.2.6).
function event(block, hear) {
  let name = "";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    if (line.startsWith("data:")) data += line.slice(5).trim();
  }
  if (name && data) hear(name, JSON.parse(data));
}

function pause(time, wake, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      wake.removeEventListener("wake", end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, time);
    wake.addEventListener("wake", end);
    signal.addEventListener("abort", end);
  });
}
