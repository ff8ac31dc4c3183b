// CloudPocket.js — <cloud-pocket> as a Vue component: @unread="({ unread }) => …" and so on for every event.
import { defineComponent, h, onMounted, ref, watch } from "vue";

const events = ["ready", "resize", "unread", "opened", "downloaded", "acknowledged", "expiring", "ended", "error"];
const attributes = ["src", "client", "mode", "office", "document", "lang", "scheme", "label"];

export const CloudPocket = defineComponent({
  props: [...attributes, "theme", "fetchEmbedCode"],
  emits: events,
  setup(props, { emit }) {
    const element = ref(null);
    onMounted(() => {
      for (const name of events) element.value.addEventListener(name, (event) => emit(name, event.detail));
      import(/* @vite-ignore */ `${props.src}/embed.js`);
    });
    watch(() => props.theme, (theme) => (element.value.theme = theme));
    return () => {
      const given = Object.fromEntries(attributes.filter((name) => props[name] != null).map((name) => ["^" + name, props[name]]));
      return h("cloud-pocket", { ...given, ".fetchEmbedCode": props.fetchEmbedCode, ".theme": props.theme, ref: element });
    };
  },
});
