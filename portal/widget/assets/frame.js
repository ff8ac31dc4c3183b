// The script of the page in the element's frame.
const told = (name) => document.querySelector(`meta[name="cp-${name}"]`).content;

const origins = JSON.parse(told("origins"));

const connected = (event) => {
  if (event.source !== window.parent || !origins.includes(event.origin)) return;
  if (event.data?.cloudpocket !== 1 || event.data.type !== "connect" || event.ports.length !== 1) return;
  window.removeEventListener("message", connected);
};
window.addEventListener("message", connected);
