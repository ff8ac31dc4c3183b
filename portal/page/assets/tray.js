// The tray of packages: sending many files at once, each by itself; how far a drop is; moving through it by keyboard;
// finding an office in a long list. Without scripts the files are one form, and the office is a plain list.

import { way } from "./way.js";

const atOnce = 3;

export function intake(form, signal) {
  form.classList.add("scripted");
  form.querySelector("[data-drag]").hidden = false;
  const input = form.querySelector("input[type=file]");
  const sender = sending(form, signal);
  input.addEventListener("change", () => {
    sender.add([...input.files]);
    input.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  const zone = form.querySelector("[data-drop]");
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
    sender.add([...event.dataTransfer.files]);
  }, { signal });
}

// sending keeps a queue of files, a few of them on their way at a time. What was answered is safe with the server, so
// that the page can be left: only what waits here would be lost, and leaving asks first.
function sending(form, signal) {
  const list = form.querySelector("[data-list]");
  const box = form.querySelector("[data-progress]");
  const queue = [];
  let running = 0, done = 0, all = 0, failed = 0;

  const tell = () => {
    list.hidden = box.hidden = all === 0;
    const bar = box.querySelector("progress");
    bar.max = all;
    bar.value = done;
    box.querySelector("[data-count]").value = done + " / " + all;
  };
  const next = () => {
    tell();
    while (running < atOnce && queue.length) {
      running++;
      const one = queue.shift();
      post(form, one.file, one.say).then((ok) => {
        running--;
        if (ok) done++;
        else failed++, retry(one);
        next();
      });
    }
    if (all > 0 && done === all) way.go("/desk/tray?drop=" + encodeURIComponent(form.dataset.dropId));
  };
  const retry = (one) => {
    const again = element("button", "button small", form.dataset.again);
    again.type = "button";
    again.addEventListener("click", () => {
      again.remove();
      failed--;
      queue.push(one);
      next();
    });
    one.item.append(again);
  };
  window.addEventListener("beforeunload", (event) => (running || queue.length) && event.preventDefault(), { signal });
  return {
    add(files) {
      for (const file of files) {
        const item = element("li");
        const state = element("span", "", form.dataset.waits);
        state.dataset.state = "";
        item.append(element("span", "name", file.name), state);
        list.append(item);
        const say = (word) => (state.textContent = word);
        if (all >= Number(form.dataset.files)) say(form.dataset.many);
        else if (/\.zip$/i.test(file.name) ? file.size > Number(form.dataset.maxArchive) : file.size > Number(form.dataset.max))
          say(/\.zip$/i.test(file.name) ? form.dataset.overArchive : form.dataset.over);
        else all++, queue.push({ file, item, say });
      }
      next();
      list.hidden = false;
    },
  };
}

async function post(form, file, say) {
  say(form.dataset.sending);
  const body = new FormData();
  body.append("file", file, file.name);
  try {
    const answer = await way.fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (answer.status === 201) {
      say([told.word, told.reason].filter(Boolean).join(" — "));
      return true;
    }
    say(told.errors?.[0]?.message ?? form.dataset.failed);
  } catch {
    say(form.dataset.failed);
  }
  return false;
}

function element(name, className, content) {
  const e = document.createElement(name);
  if (className) e.className = className;
  if (content) e.textContent = content;
  return e;
}

// dropped asks how far a drop is until nothing waits any more, and then shows the tray as it is.
export function dropped(box) {
  if (!box || !("waiting" in box.dataset)) return;
  const url = "/desk/drops/" + encodeURIComponent(box.dataset.progressOf);
  const ask = async () => {
    if (!box.isConnected) return;
    try {
      const answer = await way.fetch(url, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const now = await answer.json();
        box.querySelector("[data-words]").textContent = now.words;
        const bar = box.querySelector("[data-bar]");
        bar.max = now.total;
        bar.value = now.total - now.waiting;
        if (now.waiting === 0) return way.again();
      }
    } catch {
      // The next time may find the server again.
    }
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 500);
}

// keys moves through the packages: up and down, Enter to open, which the link does, and O for the office.
export function keys(signal) {
  const links = [...document.querySelectorAll("[data-row] .c-title a")];
  if (!links.length) return;
  document.querySelector("[data-keys]").hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const row = document.activeElement?.closest("[data-row]");
    const at = row ? links.indexOf(row.querySelector(".c-title a")) : -1;
    if (event.key === "ArrowDown") links[Math.min(at + 1, links.length - 1)].focus();
    else if (event.key === "ArrowUp") links[Math.max(at - 1, 0)].focus();
    else if (event.key.toLowerCase() === "o" && row) way.go(row.querySelector(".c-title a").href + "#s-office");
    else return;
    event.preventDefault();
  }, { signal });
}

// choosing narrows the list of offices while a person types a part of a name.
export function choosing(form) {
  const box = form.querySelector("[data-narrow]");
  const select = form.querySelector("select");
  const search = box.querySelector("input");
  const groups = [...select.querySelectorAll("optgroup")].map((group) => ({ group, options: [...group.children] }));
  const fold = (s) => s.normalize("NFKC").toLowerCase().replace(/\s/g, "");
  box.hidden = false;
  search.addEventListener("input", () => {
    const wanted = fold(search.value);
    const fitting = [];
    for (const { group, options } of groups) {
      const whole = fold(group.label).includes(wanted);
      const left = options.filter((option) => whole || fold(option.textContent).includes(wanted));
      group.replaceChildren(...left);
      fitting.push(...left);
      if (left.length) select.append(group);
      else group.remove();
    }
    if (wanted && fitting.length) fitting[0].selected = true;
  });
  if (way.hash() !== "#s-office") return;
  // Browsers go to the place that the address names when everything is loaded, and take the focus with them.
  const focus = () => setTimeout(() => search.focus());
  if (document.readyState === "complete") focus();
  else window.addEventListener("load", focus);
}
