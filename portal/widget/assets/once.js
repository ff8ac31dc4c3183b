// What a browser asks for by itself carries no token. Pictures are fetched with it and shown from memory; downloads, prints
// and the frames of parts get an address that is good for one request.

export class Once {
  #ask;

  constructor(ask) {
    this.#ask = ask;
  }

  async address(path) {
    const headers = { Accept: "application/json", "Content-Type": "application/json" };
    const answer = await this.#ask("/embed/once", { method: "POST", headers, body: JSON.stringify({ path }) });
    if (!answer.ok) throw new Error("no address for " + path.split("?")[0]);
    return (await answer.json()).url;
  }

  async download(path) {
    save(await this.address(path), "");
  }

  // print shows what there is to print in a window of its own, which is opened before anything is waited for: browsers
  // allow it only as the answer to a click.
  async print(path) {
    const shown = window.open("about:blank", "_blank");
    try {
      const url = await this.address(path);
      if (shown) shown.opener = null;
      if (shown) shown.location.replace(url);
      else save(url, null);
    } catch (problem) {
      shown?.close();
      throw problem;
    }
  }

  // rest keeps main from asking for anything by itself; that is for before it is shown.
  rest(main) {
    for (const picture of main.querySelectorAll("img")) {
      picture.dataset.from = picture.getAttribute("srcset") || picture.getAttribute("src");
      picture.removeAttribute("srcset");
      picture.removeAttribute("src");
      if (picture.height) picture.style.aspectRatio = picture.getAttribute("width") + " / " + picture.getAttribute("height");
    }
    for (const part of main.querySelectorAll("iframe")) {
      part.dataset.from = part.getAttribute("src");
      part.removeAttribute("src");
    }
  }

  // fill shows pictures when they come into sight, and the frames of parts. It ends with signal.
  fill(main, signal) {
    const seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        this.#picture(target, signal).catch(() => seen.observe(target));
      }
    });
    signal.addEventListener("abort", () => seen.disconnect());
    for (const picture of main.querySelectorAll("img[data-from]")) seen.observe(picture);
    for (const part of main.querySelectorAll("iframe[data-from]")) this.#part(part, signal).catch(() => {});
  }

  async #picture(picture, signal) {
    const answer = await this.#ask("/embed/at" + fitting(picture), { headers: { Accept: "image/*" }, signal });
    if (!answer.ok) throw new Error("no picture");
    const url = URL.createObjectURL(await answer.blob());
    const done = () => URL.revokeObjectURL(url);
    picture.addEventListener("load", done, { once: true });
    picture.addEventListener("error", done, { once: true });
    if (signal.aborted) done();
    else picture.src = url;
  }

  // part puts a frame in the place of the empty one: the first address of a frame leaves no trace in the history of the page
  // around. Links in it lead nowhere, since above this frame is somebody else's page.
  async #part(part, signal) {
    const shown = part.cloneNode();
    shown.setAttribute("sandbox", "");
    shown.src = await this.address(part.dataset.from);
    if (!signal.aborted) part.replaceWith(shown);
  }
}

// fitting is the smallest of a picture's addresses that is as wide as its place.
function fitting(picture) {
  const wanted = picture.getBoundingClientRect().width * devicePixelRatio;
  const all = picture.dataset.from.split(",").map((one) => one.trim().split(/\s+/));
  const wide = all.find(([, width]) => parseInt(width) >= wanted) ?? all[all.length - 1];
  return wide[0];
}

// save follows a link that nobody sees: to a download, or with null to a window.
export function save(url, name) {
  const link = document.createElement("a");
  link.href = url;
  if (name === null) link.target = "_blank";
  else link.download = name;
  link.rel = "noopener";
  link.click();
}
