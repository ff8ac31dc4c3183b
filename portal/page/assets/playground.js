// The playground: the element with invented data, as the controls have it, and the events that it sends.
const controls = document.getElementById("controls");
const stage = document.getElementById("stage");
const markup = document.getElementById("s-markup");
const told = document.getElementById("told");
const events = ["ready", "resize", "unread", "opened", "downloaded", "acknowledged", "expiring", "ended", "error"];
const kept = 100; // events

let pocket;

function note(event) {
  const line = document.createElement("li");
  const code = document.createElement("code");
  code.textContent = `${event.type} ${JSON.stringify(event.detail)}`;
  line.append(code);
  told.append(line);
  while (told.children.length > kept) told.firstChild.remove();
  told.parentElement.scrollTop = told.parentElement.scrollHeight;
  document.getElementById("untold").hidden = true;
}

function theme() {
  const all = ["accent", "radius", "font", "size"].map((name) => [name, controls.elements[name].value]);
  return Object.fromEntries(all.filter(([, value]) => value).map(([name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]));
}

// show writes what to copy. What is as usual is left out.
function write(attributes) {
  const text = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`).join("");
  const lines = [`<cloud-pocket${text}></cloud-pocket>`, `<script type="module">`, `  import "${markup.dataset.base}/embed.js";`, ``];
  lines.push(`  const pocket = document.querySelector("cloud-pocket");`);
  lines.push(`  pocket.fetchEmbedCode = async ({ signal }) => (await (await fetch("/embed-code", { method: "POST", signal })).json()).code;`);
  const chosen = theme();
  if (Object.keys(chosen).length) lines.push(`  pocket.theme = ${JSON.stringify(chosen)};`);
  markup.textContent = [...lines, `</script>`].join("\n");
}

// make puts a new element on the stage: its kind and its language are those it begins with.
function make() {
  const { mode, lang, scheme } = controls.elements;
  const attributes = { src: markup.dataset.base, client: "CLIENT_ID", mode: mode.value, lang: lang.value };
  if (scheme.value !== "auto") attributes.scheme = scheme.value;
  if (mode.value === "office") attributes.office = "mock-honsha";
  if (mode.value === "document") attributes.document = "mock-1";
  write(attributes);
  pocket?.remove();
  pocket = document.createElement("cloud-pocket");
  for (const [name, value] of Object.entries({ ...attributes, src: location.origin, client: "mock", label: stage.dataset.label })) pocket.setAttribute(name, value);
  pocket.theme = theme();
  pocket.fetchEmbedCode = async () => "mock";
  for (const name of events) pocket.addEventListener(name, note);
  stage.append(pocket);
}

controls.elements.lang.value = document.documentElement.lang;
controls.addEventListener("submit", (event) => event.preventDefault());
controls.addEventListener("change", ({ target }) => {
  if (target.name === "width") stage.dataset.width = target.value;
  else make();
});
document.getElementById("clear").addEventListener("click", () => {
  told.replaceChildren();
  document.getElementById("untold").hidden = false;
});

import("/embed.js").then(make, () => (document.getElementById("untold").textContent = "embed.js"));
