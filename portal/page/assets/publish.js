// The form by which documents are delivered: dropping files on it, the tray of chosen files, finding offices, and
// sending with progress. Without scripts it is a plain form.

import { way } from "./way.js";

export function publish(form, signal) {
  form.classList.add("scripted");
  form.querySelector("[data-drag]").hidden = false;
  tray(form, signal);
  sieve(form);
  ruled(form);
  sending(form);
}

// ruled says what the rule of the chosen kind is, and ticks the acknowledgement as it says until a person decides.
function ruled(form) {
  const kind = form.querySelector("[name=kind]");
  const tick = form.querySelector("[name=acknowledge]");
  const said = form.querySelector("[data-by-rule]");
  let decided = false;
  const say = () => {
    said.textContent = kind.selectedOptions[0]?.dataset.rule ?? "";
  };
  tick.addEventListener("change", () => {
    decided = true;
  });
  kind.addEventListener("change", () => {
    say();
    if (!decided && kind.value) tick.checked = "acknowledge" in kind.selectedOptions[0].dataset;
  });
  say();
}

function tray(form, signal) {
  const input = form.querySelector("input[type=file]");
  const list = document.getElementById("tray");
  const zone = form.querySelector("[data-drop]");
  let chosen = [];

  const keep = (files) => {
    chosen = files;
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    input.files = transfer.files;
    list.replaceChildren(...files.map(row));
  };
  const add = (files) => {
    const known = new Set(chosen.map(identity));
    keep([...chosen, ...[...files].filter((file) => !known.has(identity(file)))]);
  };
  const row = (file) => {
    const item = document.createElement("li");
    const over = file.size > Number(form.dataset.max);
    const name = text("span", "name", file.name);
    name.append(text("span", over ? "sub wrong" : "sub", size(file.size) + (over ? " — " + form.dataset.over : "")));
    const remove = text("button", "button small", form.dataset.remove);
    remove.type = "button";
    remove.setAttribute("aria-label", form.dataset.remove + ": " + file.name);
    remove.addEventListener("click", () => {
      keep(chosen.filter((other) => other !== file));
      input.focus();
    });
    item.append(name, remove);
    return item;
  };

  input.addEventListener("change", () => add(input.files));
  // The whole page takes files, so that missing the zone does not open the file instead.
  let inside = 0;
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const mark = (by) => zone.classList.toggle("over", (inside = by === 0 ? 0 : Math.max(0, inside + by)) > 0);
  document.addEventListener("dragenter", (event) => carries(event) && mark(1), { signal });
  document.addEventListener("dragleave", (event) => carries(event) && mark(-1), { signal });
  document.addEventListener("dragover", (event) => carries(event) && event.preventDefault(), { signal });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    mark(0);
    add(event.dataTransfer.files);
  }, { signal });
}

const identity = (file) => [file.name, file.size, file.lastModified].join("\n");

function size(bytes) {
  if (bytes < 1024) return bytes + " B";
  if (bytes < 1048576) return (bytes / 1024).toFixed(1) + " KB";
  return (bytes / 1048576).toFixed(1) + " MB";
}

function text(name, className, content) {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = content;
  return element;
}

function sieve(form) {
  const box = form.querySelector("[data-sieve]");
  const search = box.querySelector("[data-search]");
  const nothing = form.querySelector("[data-nothing]");
  const fold = (s) => s.normalize("NFKC").toLowerCase();
  box.hidden = false;
  search.addEventListener("input", () => {
    const wanted = fold(search.value.trim());
    let any = false;
    for (const company of form.querySelectorAll(".companies fieldset")) {
      const whole = fold(company.querySelector("legend").textContent).includes(wanted);
      let some = false;
      for (const office of company.querySelectorAll("label")) {
        office.hidden = !whole && !fold(office.textContent).includes(wanted);
        some ||= !office.hidden;
      }
      company.hidden = !some;
      any ||= some;
    }
    nothing.hidden = any;
  });
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  const tell = () => {
    box.querySelector("[data-chosen]").value = form.querySelectorAll("input[name=office]:checked").length;
  };
  form.addEventListener("change", tell);
  tell();
}

function sending(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const busy = progress(form);
    const answer = await way.upload(form.action, body, busy.at);
    if (answer.status === 201 && answer.body?.location) return way.go(answer.body.location);
    busy.end();
    refuse((answer.body?.errors ?? []).map((e) => e.message), form);
  });
}

// progress shows how far the sending is and keeps the buttons from being pressed twice.
function progress(form) {
  const box = form.querySelector("[data-progress]");
  const buttons = form.querySelectorAll(".bar button");
  const bar = box.querySelector("progress");
  const show = (part) => {
    bar.value = Math.round(part * 100);
    box.querySelector("[data-percent]").value = bar.value + " %";
    box.querySelector("[data-label]").textContent = part < 1 ? form.dataset.sending : form.dataset.checking;
  };
  const set = (busy) => {
    box.hidden = !busy;
    for (const button of buttons) button.disabled = busy;
  };
  show(0);
  set(true);
  return { at: show, end: () => set(false) };
}

function refuse(messages, form) {
  const box = document.getElementById("problems");
  const list = box.querySelector("ul");
  const said = messages.length ? messages : [form.dataset.failed];
  list.replaceChildren(...said.map((message) => text("li", "", message)));
  box.querySelector(":scope > p")?.remove();
  box.hidden = false;
  box.focus();
}
