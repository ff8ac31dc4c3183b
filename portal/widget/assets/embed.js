// The element that a partner's page loads.
const frame = ({ src, client, lang = "ja" }) => {
  const f = document.createElement("iframe");
  f.src = `${src}/embed/${client}?lang=${lang}`;
  f.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-storage-access-by-user-activation");
  return f;
};

class CloudPocket extends HTMLElement {
  connectedCallback() {
    const at = (name) => this.getAttribute(name) ?? undefined;
    this.attachShadow({ mode: "open" }).append(frame({ src: at("src"), client: at("client"), lang: at("lang") }));
  }
}
customElements.define("cloud-pocket", CloudPocket);
