/** What is shown: the list of documents, that of one office, one document, the number of unread ones, or the tray of a firm. */
export type Mode = "list" | "office" | "document" | "badge" | "tray";

/** What may be chosen of the look. A value that is not taken comes back as an `error` event with the code "theme". */
export interface Theme {
  /** "#rgb" or "#rrggbb". Refused when text in it could not be read (WCAG 2.2, 1.4.3). */
  accent?: string;
  /** Of corners, in pixels: 0 to 16. */
  radius?: number;
  font?: "sans" | "serif" | "rounded" | "system";
  /** Of text, in pixels: 14 to 22. */
  size?: number;
}

/** What the element's attributes are called, and their values. */
export interface Attributes {
  /** Where Cloud Pocket is, such as "https://pocket.example". */
  src: string;
  /** The ID of the API client that embeds. */
  client: string;
  mode?: Mode;
  /** The ID of the office, for the mode "office". */
  office?: string;
  /** The ID of the delivery, for the mode "document". */
  document?: string;
  lang?: "ja" | "en";
  scheme?: "auto" | "light" | "dark";
  /** What the frame is called for those who hear the page. */
  label?: string;
}

/**
 * Gets a one-use code from your own back end. It is asked at the beginning and every eight or nine minutes; signal aborts when the
 * answer is not waited for any more. Without it people sign in in a window.
 */
export type FetchEmbedCode = (options: { signal: AbortSignal }) => Promise<string>;

interface Version {
  version: 1;
}

/** What the element's events carry as detail. */
export interface Events {
  ready: Version;
  resize: Version & { height: number };
  unread: Version & { unread: number; pending: number };
  opened: Version & { delivery: string };
  downloaded: Version & { delivery: string };
  acknowledged: Version & { delivery: string };
  /** There is no more renewing: the person has to sign in again after that. */
  expiring: Version & { seconds: number };
  ended: Version & { reason: string };
  /** "config", "unreachable", "renewal", "theme". */
  error: Version & { code: string };
}

export interface CloudPocketElement extends HTMLElement {
  fetchEmbedCode?: FetchEmbedCode;
  theme?: Theme;
  addEventListener<K extends keyof Events>(type: K, listener: (event: CustomEvent<Events[K]>) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

export interface Options extends Attributes {
  fetchEmbedCode?: FetchEmbedCode;
  theme?: Theme;
}

/** Puts an element into target, and returns it. */
export function mount(target: Element, options: Options): CloudPocketElement;

declare global {
  interface HTMLElementTagNameMap {
    "cloud-pocket": CloudPocketElement;
  }
}
