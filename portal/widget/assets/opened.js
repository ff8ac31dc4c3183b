// The window in which somebody has signed in: it gives the frame that opened it its code, and closes. Where it has no opener any
// more, the page says how to go on.
const part = document.querySelector("[data-code]");
const { code } = part.dataset;
part.removeAttribute("data-code");
if (window.opener) {
  window.opener.postMessage({ cloudpocket: 1, type: "popup-code", code }, location.origin);
  window.close();
}
