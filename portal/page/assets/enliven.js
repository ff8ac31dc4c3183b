// What scripts add to the page that is shown. Listeners end with signal, so that a page can be put in another's place.
import { rows } from "./menu.js";
import { publish } from "./publish.js";
import { choosing, dropped, intake, keys } from "./tray.js";

export { way } from "./way.js";

export function enliven(signal) {
  rows();
  const form = document.getElementById("publish");
  if (form) publish(form, signal);
  const drop = document.getElementById("drop");
  if (drop) {
    intake(drop, signal);
    keys(signal);
    dropped(document.querySelector("[data-progress-of]"));
  }
  const chooser = document.querySelector("form.choose");
  if (chooser) choosing(chooser);
}

// everywhere adds what belongs to no page: it is called once.
export function everywhere() {
  // "/" puts the cursor into the page's search field.
  document.addEventListener("keydown", (event) => {
    const search = document.querySelector("[data-search]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !search) return;
    if (event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    search.focus();
  });
  // An open filter closes when the person goes elsewhere, or on Escape.
  const picks = () => document.querySelectorAll("details.pick[open]");
  document.addEventListener("click", (event) => {
    for (const pick of picks()) if (!pick.contains(event.target)) pick.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const pick of picks()) {
      pick.open = false;
      pick.querySelector("summary").focus();
    }
  });
}
