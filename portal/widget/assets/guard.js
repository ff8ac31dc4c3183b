// Some buttons bind whoever presses them. In somebody else's page they are pressed only by a person who could see them: such
// a button must have been in full sight, with nothing over it, for half a second (Intersection Observer v2). Where a browser
// does not tell, what binds is pressed in the portal; what can be put right afterwards is looked at where it does tell.

const binding = /\/(acknowledge|tray\/handover)$/;
const mendable = /\/(tray\/discard|place|onward)$/;
const long = 500; // milliseconds

const known = "isVisible" in IntersectionObserverEntry.prototype;

// Guard watches the binding buttons of a page until signal ends.
export class Guard {
  #since = new WeakMap();
  #watch;

  constructor(main, signal) {
    if (!known) return;
    const options = { trackVisibility: true, delay: 100, threshold: [0, 0.9, 1] };
    this.#watch = new IntersectionObserver((entries) => this.#note(entries), options);
    signal.addEventListener("abort", () => this.#watch.disconnect());
    for (const button of main.querySelectorAll('form[method="post"] button')) this.#watch.observe(button);
  }

  #note(entries) {
    for (const { target, isVisible, intersectionRatio, time } of entries) {
      if (!isVisible || intersectionRatio < 0.9) this.#since.delete(target);
      else if (!this.#since.has(target)) this.#since.set(target, time);
    }
  }

  // says returns "free" when a form may be sent to a path, "hidden" when its button was not seen long enough, and "unknown"
  // where the browser does not tell.
  says(path, button) {
    if (!binding.test(path) && !mendable.test(path)) return "free";
    if (!known) return binding.test(path) ? "unknown" : "free";
    this.#note(this.#watch.takeRecords());
    const since = this.#since.get(button);
    return since !== undefined && performance.now() - since >= long ? "free" : "hidden";
  }
}

// inSight waits until a part of an element is on the reader's screen, or signal ends. What is opened counts as seen, so a page
// around cannot open it where nobody looks.
export function inSight(element, signal) {
  return new Promise((seen) => {
    const watch = new IntersectionObserver((entries) => {
      if (document.visibilityState === "visible" && entries.some((one) => one.isIntersecting)) stop();
    }, { threshold: [0, 0.01, 0.5] });
    const anew = () => {
      watch.unobserve(element);
      watch.observe(element);
    };
    const stop = () => {
      watch.disconnect();
      document.removeEventListener("visibilitychange", anew);
      seen();
    };
    document.addEventListener("visibilitychange", anew);
    signal.addEventListener("abort", stop);
    watch.observe(element);
  });
}
