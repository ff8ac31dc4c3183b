// CloudPocket.jsx — <cloud-pocket> as a React component: onUnread={({ unread }) => …} and so on for every event.
import { createElement, useEffect, useRef } from "react";

const events = ["ready", "resize", "unread", "opened", "downloaded", "acknowledged", "expiring", "ended", "error"];
const handler = (name) => "on" + name[0].toUpperCase() + name.slice(1);

export function CloudPocket({ fetchEmbedCode, theme, ...props }) {
  const element = useRef(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => void import(/* @vite-ignore */ /* webpackIgnore: true */ `${props.src}/embed.js`), [props.src]);

  useEffect(() => {
    const life = new AbortController();
    for (const name of events) {
      element.current.addEventListener(name, (event) => latest.current[handler(name)]?.(event.detail), { signal: life.signal });
    }
    return () => life.abort();
  }, []);

  useEffect(() => void (element.current.theme = theme), [theme]);

  const { src, client, mode, office, document, lang, scheme, label } = props;
  const attributes = { src, client, mode, office, document, lang, scheme, label };
  const set = (node) => {
    element.current = node;
    if (node) node.fetchEmbedCode = fetchEmbedCode; // before the element begins
  };
  return createElement("cloud-pocket", { ...attributes, ref: set });
}
