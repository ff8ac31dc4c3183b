// What pages add where scripts run. Everything here has a way without it.
import "./copy.js";
import "./menu.js";
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
