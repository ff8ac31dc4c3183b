// What pages add where scripts run. Everything here has a way without it.
import "./copy.js";
import { publish } from "./publish.js";
import { choosing, dropped, intake, keys } from "./tray.js";

// "/" puts the cursor into the page's search field.
document.addEventListener("keydown", (event) => {
  const search = document.querySelector("[data-search]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !search) return;
  if (event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  search.focus();
});

// A row of links that is wider than the screen begins with where the reader is.
for (const here of document.querySelectorAll(".menu [aria-current], .parts [aria-current]")) {
  for (let row = here.parentElement; row && row !== document.body; row = row.parentElement) {
    const off = here.getBoundingClientRect().left - row.getBoundingClientRect().left - row.clientWidth / 4;
    if (row.scrollWidth > row.clientWidth && off > 0) row.scrollLeft += off; // what does not scroll stays at 0
    if (row.scrollLeft > 0) break;
  }
}

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

const form = document.getElementById("publish");
if (form) publish(form);

const drop = document.getElementById("drop");
if (drop) {
  intake(drop);
  keys();
  dropped(document.querySelector("[data-progress-of]"));
}
const chooser = document.querySelector("form.choose");
if (chooser) choosing(chooser);
