export declare class CloudPocketElement extends HTMLElement {}
declare global {
  interface HTMLElementTagNameMap {
    "cloud-pocket": CloudPocketElement;
  }
}
