// Passkeys: they need a script, and so their parts of a page are shown by one. Everything else here has a way without it.
import { rows } from "./menu.js";

rows();

const trouble = document.querySelector("[data-trouble]");

// send posts to our own server and returns its answer, or throws its words.
async function send(url, body) {
  const answer = await fetch(url, { method: "POST", headers: { Accept: "application/json", "Content-Type": "application/json" }, body });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.errors?.[0]?.message ?? "");
  return said;
}

// ceremony asks for a passkey, or for a new one, and goes on to where the answer leads.
async function ceremony(part) {
  const url = part.dataset.passkey;
  const { publicKey } = await send(url + "/begin" + location.search);
  const make = url === "/passkeys";
  const key = make
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  const name = part.querySelector("input")?.value ?? "";
  const done = await send(url + "/finish" + location.search, JSON.stringify({ name, answer: key.toJSON() }));
  const codes = document.querySelector("[data-codes]");
  if (done.codes && codes) return show(part, codes, done);
  location.assign(done.location);
}

// show puts the recovery codes that came with the first passkey in the place of what asked for it: they come this once.
function show(part, codes, done) {
  const card = part.closest("section");
  const title = card.querySelector("h1");
  title.textContent = codes.dataset.codes;
  title.tabIndex = -1;
  card.replaceChildren(title, codes.content.cloneNode(true));
  for (const code of done.codes) {
    const line = document.createElement("li");
    line.append(document.createElement("code"));
    line.firstChild.textContent = code;
    card.querySelector("ol").append(line);
  }
  card.querySelector("a").href = done.location;
  title.focus();
}

for (const part of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) break;
  part.hidden = false;
  const button = part.querySelector("button");
  button.addEventListener("click", async () => {
    button.disabled = true;
    trouble.hidden = true;
    try {
      await ceremony(part);
    } catch (problem) {
      const words = trouble.querySelector("[data-words]");
      if (problem.constructor === Error && problem.message) words.textContent = problem.message;
      trouble.hidden = false;
    }
    button.disabled = false;
  });
}
