// How high the frame has to be for all of the page to be seen.

// Height tells it when it changes. A page that grows because it was given room would grow for ever: after ten such steps
// within a second it is left as it is until something else is shown or the width changes.
export class Height {
  #tell;
  #last = -1;
  #steps = 0;
  #since = 0;
  #width = 0;

  constructor(tell) {
    this.#tell = tell;
    const look = () => this.look();
    new ResizeObserver(look).observe(document.body);
    document.addEventListener("toggle", look, true); // what opens may hang over the end of the page
  }

  // anew is for when another page is shown.
  anew() {
    this.#steps = 0;
    this.look();
  }

  look() {
    const height = Math.ceil(reach());
    if (innerWidth !== this.#width) this.#steps = 0;
    this.#width = innerWidth;
    if (height === this.#last) return;
    if (performance.now() - this.#since > 1000) {
      this.#since = performance.now();
      this.#steps = 0;
    }
    if (height > this.#last && ++this.#steps > 10) return;
    this.#last = height;
    this.#tell(height);
  }
}

function reach() {
  let end = document.body.getBoundingClientRect().bottom + scrollY;
  for (const open of document.querySelectorAll("details.pick[open] > ul")) {
    end = Math.max(end, open.getBoundingClientRect().bottom + scrollY + 8);
  }
  return end;
}
