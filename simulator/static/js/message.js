// One bubble: text, pictures, files, quoted message, inline buttons.

import { api } from "./api.js";
import { h, icon, iconButton, modal, toast } from "./dom.js";
import { clock, fileSize, t } from "./i18n.js";
import { richText } from "./richtext.js";
import { fullName, person, state } from "./state.js";

/** A line that stands for a message in lists and quotes. */
export function summary(payload) {
  if (payload.text) return payload.text;
  const kinds = ["photo", "document", "voice", "audio", "video", "sticker", "animation", "location", "contact", "poll"];
  const kind = kinds.find((name) => name in payload);
  const words = { document: payload.document?.file_name || t("file"), location: t("place"), contact: t("contact") };
  const label = words[kind] ?? t(kind ?? "unsupported");
  return payload.caption ? `${label}, ${payload.caption}` : label;
}

/** The bubble of one message, or of several that form an album. Acts: reply, edit, say. */
export function bubble(messages, acts) {
  const [first] = messages;
  const mine = !first.from_bot;
  const caption = messages.find((message) => message.text) ?? first;
  const side = mine ? "mine" : "theirs";
  const onlyPhoto = first.payload.photo && !caption.text ? " only-photo" : "";
  const content = h(
    "div",
    { class: `bubble${onlyPhoto}` },
    quoted(first.payload.reply_to_message),
    media(messages),
    text(caption, acts),
    meta(messages),
  );
  const node = h("article", { class: `message ${side}`, "data-id": first.message_id }, content, inlineButtons(first));
  content.append(hoverActions(first, mine, acts));
  node.addEventListener("dblclick", () => acts.reply(first));
  swipe(node, () => acts.reply(first));
  return node;
}

function quoted(original) {
  if (!original) return null;
  const author = original.from?.is_bot ? state.bot.first_name : fullName(original.from ?? person());
  const jump = () => document.querySelector(`[data-id="${original.message_id}"]`)?.scrollIntoView({ block: "center" });
  return h("button", { type: "button", class: "quote", onclick: jump }, h("b", {}, author), h("span", {}, summary(original)));
}

function text(message, acts) {
  if (!message.text) return null;
  const entities = message.payload.entities ?? message.payload.caption_entities;
  return h("div", { class: "text", dir: "auto" }, ...richText(message.text, entities, acts.say));
}

function meta(messages) {
  const last = messages.at(-1);
  const edited = messages.some((message) => message.edited) ? `${t("edited")} ` : "";
  return h("span", { class: "meta" }, `${edited}${clock(last.payload.date)}`);
}

function media(messages) {
  const { payload } = messages[0];
  if (payload.photo) return album(messages);
  if (payload.animation || payload.video) {
    return h("video", { class: "video", controls: true, src: api.fileUrl((payload.video ?? payload.animation).file_id) });
  }
  if (payload.voice || payload.audio) {
    return h("audio", { controls: true, preload: "metadata", src: api.fileUrl((payload.voice ?? payload.audio).file_id) });
  }
  if (payload.sticker) return h("div", { class: "sticker" }, payload.sticker.emoji ?? "🙂");
  if (payload.document) return messages.map((message) => documentLink(message.payload.document));
  if (payload.location) return placeCard(payload.location);
  if (payload.contact) return contactCard(payload.contact);
  return payload.text ? null : h("div", { class: "text faint" }, summary(payload));
}

function album(messages) {
  const pictures = messages.map(({ payload }) => {
    const sizes = payload.photo;
    const shown = sizes.find((size) => size.width >= 600) ?? sizes.at(-1);
    const image = h("img", {
      src: api.fileUrl(shown.file_id), width: shown.width, height: shown.height, alt: t("photo"), loading: "lazy",
    });
    const open = () => modal("viewer", h("img", { src: api.fileUrl(sizes.at(-1).file_id), alt: t("photo") }));
    return h("button", { type: "button", class: "picture", "aria-label": t("photo"), onclick: open }, image);
  });
  return h("div", { class: `album count-${Math.min(pictures.length, 4)}` }, pictures);
}

function documentLink(file) {
  const words = h("span", {}, h("b", { dir: "auto" }, file.file_name || t("file")), h("small", {}, fileSize(file.file_size)));
  return h("a", { class: "file", href: api.fileUrl(file.file_id), download: true }, h("i", {}, icon("file")), words);
}

function placeCard({ latitude, longitude }) {
  const words = h("span", {}, h("b", {}, t("place")), h("small", {}, `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`));
  return h("div", { class: "file" }, h("i", {}, icon("place")), words);
}

function contactCard(contact) {
  const words = h("span", {}, h("b", {}, fullName(contact)), h("small", {}, contact.phone_number));
  return h("div", { class: "file" }, h("i", {}, icon("person")), words);
}

function hoverActions(message, mine, acts) {
  const bar = h("div", { class: "hover-actions" }, iconButton("reply", t("reply"), () => acts.reply(message)));
  if (mine && message.text) bar.append(iconButton("edit", t("edit"), () => acts.edit(message)));
  return bar;
}

function inlineButtons(message) {
  const rows = message.payload.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  const shown = rows.map((row) => h("div", { class: "row" }, row.map((button) => inlineButton(message, button))));
  return h("div", { class: "inline-keyboard" }, shown);
}

function inlineButton(message, button) {
  const url = button.url ?? button.web_app?.url ?? button.login_url?.url;
  if (url) return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, button.text, h("sup", {}, "↗"));
  const act = async ({ currentTarget }) => {
    if (button.copy_text) {
      await navigator.clipboard.writeText(button.copy_text.text);
      toast(t("copied"));
    } else if (button.callback_data) {
      currentTarget.classList.add("waiting");
      setTimeout(() => currentTarget.classList.remove("waiting"), 10000);
      await api.press(state.current, message.message_id, button.callback_data);
    }
  };
  return h("button", { type: "button", "data-callback": button.callback_data, onclick: act }, button.text);
}

/** A swipe to the left by a finger, as messengers on phones answer a message. */
function swipe(node, act) {
  let from = null;
  node.addEventListener("touchstart", (event) => (from = event.touches[0]), { passive: true });
  node.addEventListener("touchend", (event) => {
    const to = event.changedTouches[0];
    if (from && from.clientX - to.clientX > 60 && Math.abs(from.clientY - to.clientY) < 40) act();
    from = null;
  });
}
