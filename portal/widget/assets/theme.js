// What a partner may choose of the look: four values, each from a list or a range. Colours that could not be read are refused.

const fonts = {
  sans: "",
  serif: '"Noto Serif JP", "Hiragino Mincho ProN", "Yu Mincho", serif',
  rounded: '"Hiragino Maru Gothic ProN", "M PLUS Rounded 1c", "Noto Sans JP", sans-serif',
  system: "system-ui, sans-serif",
};

const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

// dress puts a theme and a scheme on, and calls refused when a value was not taken.
export function dress({ scheme, theme }, refused) {
  inScheme(scheme);
  const dark = scheme === "dark" || (scheme === "auto" && prefersDark.matches);
  const taken = [font(theme.font), size(theme.size), radius(theme.radius), accent(theme.accent, dark)];
  if (taken.includes(false)) refused();
}

// follow dresses again when the reader's preference changes.
export function follow(again) {
  prefersDark.addEventListener("change", again);
}

// inScheme has the rules for dark hold always, never, or as the reader prefers.
function inScheme(scheme) {
  const says = { light: "not all", dark: "all", auto: "(prefers-color-scheme: dark)" }[scheme];
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSMediaRule)) continue;
      if (rule.cpDark ??= rule.media.mediaText === "(prefers-color-scheme: dark)") rule.media.mediaText = says;
    }
  }
  root.style.colorScheme = scheme === "auto" ? "light dark" : scheme;
}

function set(name, value) {
  if (value) root.style.setProperty(name, value);
  else root.style.removeProperty(name);
}

function font(value = "sans") {
  set("--sans", fonts[value]);
  return Object.hasOwn(fonts, value);
}

function size(value = 16) {
  const fits = typeof value === "number" && value >= 14 && value <= 22;
  root.style.fontSize = fits && value !== 16 ? value + "px" : "";
  return fits;
}

function radius(value) {
  const fits = value === undefined || (typeof value === "number" && value >= 0 && value <= 16);
  const given = fits && value !== undefined;
  set("--r1", given && value / 2 + "px");
  set("--r2", given && value + "px");
  set("--r3", given && value * 1.5 + "px");
  return fits;
}

const uses = ["--accent", "--accent-hover", "--accent-soft", "--on-accent", "--link"];

// accent is the colour of buttons, links and what is chosen. On a dark ground it is made lighter until it can be read; on a
// light one it is taken as it is or not at all (WCAG 2.2, 1.4.3).
function accent(value, dark) {
  uses.forEach((name) => set(name, ""));
  if (value === undefined) return true;
  let colour = typeof value === "string" && parse(value);
  if (!colour) return false;
  const grounds = ["--ground", "--raised"].map((name) => parse(getComputedStyle(root).getPropertyValue(name).trim()));
  const soft = () => mix(grounds[0], colour, 0.1);
  const holds = () => [...grounds, soft()].every((ground) => contrast(colour, ground) >= 4.5);
  for (let n = 0; dark && !holds() && n < 20; n++) colour = mix(colour, [255, 255, 255], 0.1);
  const on = [[255, 255, 255], [0, 0, 0]].sort((a, b) => contrast(b, colour) - contrast(a, colour))[0];
  const hover = mix(colour, on[0] ? [0, 0, 0] : [255, 255, 255], 0.2);
  if (!holds() || contrast(on, colour) < 4.5) return false;
  [colour, hover, soft(), on, colour].forEach((one, n) => set(uses[n], text(one)));
  return true;
}

function parse(value) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(value)?.[1];
  if (!hex) return null;
  const wide = hex.length === 3 ? [...hex].map((c) => c + c).join("") : hex;
  return [0, 2, 4].map((n) => parseInt(wide.slice(n, n + 2), 16));
}

const text = (colour) => "#" + colour.map((n) => Math.round(n).toString(16).padStart(2, "0")).join("");
const mix = (a, b, part) => a.map((n, i) => n + (b[i] - n) * part);

function contrast(a, b) {
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function light(colour) {
  const [r, g, b] = colour.map((n) => (n / 255 <= 0.04045 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
