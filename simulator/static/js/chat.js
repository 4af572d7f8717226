// The open chat: its head, its messages, and what can be done with the chat as a whole.

import { api } from "./api.js";
import { mountComposer } from "./composer.js";
import { h, icon, iconButton, modal, popupMenu, toast } from "./dom.js";
import { dayName, t } from "./i18n.js";
import { bubble } from "./message.js";
import { changed, fullName, person, state, watch } from "./state.js";

const TYPING_MS = 5000;
const feed = h("div", { class: "feed" });
const scroller = h("div", { class: "scroller" }, feed);
const down = iconButton("down", t("newMessages"), () => toBottom("smooth"), {
  class: "icon-button to-bottom", hidden: true,
});
const title = h("div", { class: "title" });
let typingTimer = 0;

const acts = {
  reply: (message) => {
    state.replyTo = message;
    state.editing = null;
    changed("mode");
  },
  edit: (message) => {
    state.editing = message;
    state.replyTo = null;
    changed("mode");
  },
  say: (text) => api.say(state.current, text),
};

/** Put the chat into `root`; `back` leads a phone to the list. */
export function mountChat(root, back) {
  const more = iconButton("more", t("more"), () => popupMenu(more, chatMenu()));
  const backButton = iconButton("back", t("back"), back, { class: "icon-button back" });
  const head = h("header", { class: "bar" }, backButton, title, h("span", { class: "anchor" }, more));
  const welcome = h("div", { class: "welcome" }, h("h2", {}, t("chooseChat")), h("p", {}, t("chooseHint")));
  const body = h("section", { class: "chat-body" }, head, scroller, down);
  body.append(mountComposer(body));
  root.append(welcome, body);
  scroller.addEventListener("scroll", () => (down.hidden = nearBottom()));
  const keepAtBottom = new ResizeObserver(() => down.hidden && toBottom());
  keepAtBottom.observe(scroller);
  keepAtBottom.observe(feed);
  watch("chat", renderTitle);
  watch("messages", render);
  watch("action", showTyping);
}

function chatMenu() {
  const current = person();
  const change = (name) => () => api.change(current.id, name);
  const blocking = current.blocked
    ? { icon: "person", label: t("unblock"), act: change("unblock") }
    : { icon: "close", label: t("block"), act: change("block"), danger: true };
  return [
    { icon: "link", label: t("deepLink"), act: deepLinkDialog },
    blocking,
    { icon: "close", label: t("deactivate"), act: change("deactivate"), danger: true },
  ];
}

function deepLinkDialog() {
  const submit = (event) => {
    event.preventDefault();
    const given = new FormData(event.target).get("payload").trim();
    const payload = given.includes("start=") ? new URLSearchParams(given.slice(given.indexOf("?"))).get("start") : given;
    dialog.close();
    api.say(state.current, `/start ${payload}`.trim());
  };
  const input = h("input", { name: "payload", placeholder: `t.me/${state.bot.username}?start=…`, autocomplete: "off" });
  const dialog = modal(
    "card",
    h("form", { onsubmit: submit }, h("h2", {}, t("deepLink")), h("label", {}, h("span", {}, t("deepLinkHint")), input),
      h("div", { class: "buttons" }, h("button", { class: "primary" }, t("open")))),
  );
}

function renderTitle() {
  const current = person();
  if (!current) return;
  const status = current.deactivated ? t("deactivated") : current.blocked ? t("blockedStatus") : t("bot");
  title.replaceChildren(
    h("span", { class: "avatar bot" }, icon("pulse")),
    h("span", { class: "title-text" }, h("b", {}, state.bot.first_name, h("span", { class: "as" }, fullName(current))),
      h("small", { class: typingTimer ? "typing" : "" }, typingTimer ? t("typing") : status)),
  );
}

function showTyping({ chat_id: chatId }) {
  if (chatId !== state.current) return;
  clearTimeout(typingTimer);
  typingTimer = setTimeout(stopTyping, TYPING_MS);
  renderTitle();
}

function stopTyping() {
  clearTimeout(typingTimer);
  typingTimer = 0;
  renderTitle();
}

/** Draw the messages anew; `detail.opened` means that the chat has just been opened. */
function render(detail = {}) {
  const follow = detail.opened || detail.mine || down.hidden;
  if (detail.opened || detail.fromBot) stopTyping();
  const shown = [...state.messages.values()].filter((message) => !message.deleted);
  const nodes = [];
  let lastDay = "";
  for (const group of albums(shown)) {
    const day = dayName(group[0].payload.date);
    if (day !== lastDay) nodes.push(h("div", { class: "day" }, h("span", {}, (lastDay = day))));
    nodes.push(bubble(group, acts));
  }
  if (!shown.length) nodes.push(h("div", { class: "empty" }, h("b", {}, t("emptyChat")), h("span", {}, t("emptyHint"))));
  feed.replaceChildren(...nodes);
  down.hidden = follow;
  if (follow) toBottom();
}

/** Neighbours with one media_group_id together. */
function albums(messages) {
  const groups = [];
  for (const message of messages) {
    const id = message.payload.media_group_id;
    const previous = groups.at(-1);
    if (id && previous?.[0].payload.media_group_id === id) previous.push(message);
    else groups.push([message]);
  }
  return groups;
}

const nearBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;

function toBottom(behavior = "instant") {
  scroller.scrollTo({ top: scroller.scrollHeight, behavior });
}

/** The bot's answer to a press: end the waiting, show its text. */
export function showAnswer(answer) {
  if (answer.chat_id !== state.current) return;
  for (const button of feed.querySelectorAll(".waiting")) button.classList.remove("waiting");
  if (!answer.text) return;
  if (!answer.show_alert) return toast(answer.text);
  const dialog = modal("card", h("p", { class: "alert-text" }, answer.text),
    h("div", { class: "buttons" }, h("button", { class: "primary", onclick: () => dialog.close() }, "OK")));
}
