// Telegram's text entities as DOM nodes.

import { h } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

const safe = (url) => (/^(https?|tg|mailto|tel):/i.test(url) ? url : `https://${url}`);
const link = (url) => h("a", { href: safe(url), target: "_blank", rel: "noopener noreferrer" });

/** The element that shows an entity; `onCommand` is called with a command that is clicked. */
function element(entity, text, onCommand) {
  switch (entity.type) {
    case "text_link": return link(entity.url);
    case "url": return link(text);
    case "email": return link(`mailto:${text}`);
    case "spoiler": return h("span", { class: "spoiler", onclick: (event) => event.currentTarget.classList.add("open") });
    case "bot_command": return h("button", { type: "button", class: "command", onclick: () => onCommand(text) });
    case "mention": case "hashtag": case "text_mention": return h("span", { class: "mention" });
    default: return h(TAGS[entity.type] ?? "span");
  }
}

/** Nodes for `text`; entities may be nested, their offsets count UTF-16 units as JavaScript's strings do. */
export function richText(text, entities = [], onCommand = () => {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const build = (begin, end, inside) => {
    const nodes = [];
    let at = begin;
    while (inside.length) {
      const entity = inside.shift();
      const stop = Math.min(entity.offset + entity.length, end);
      if (entity.offset < at) continue;
      const nested = [];
      while (inside.length && inside[0].offset < stop) nested.push(inside.shift());
      nodes.push(text.slice(at, entity.offset));
      const node = element(entity, text.slice(entity.offset, stop), onCommand);
      node.append(...build(entity.offset, stop, nested));
      nodes.push(node);
      at = stop;
    }
    nodes.push(text.slice(at, end));
    return nodes;
  };
  return build(0, text.length, sorted);
}
