// Starts the page: loads people, opens a chat, follows the simulator's events.

import { api } from "./api.js";
import { mountChat, showAnswer } from "./chat.js";
import { toast } from "./dom.js";
import { language, t } from "./i18n.js";
import { mountInspector, refreshInspector, showCall, showFaults, showViolations } from "./inspector.js";
import { mountPeople } from "./people.js";
import { changed, state } from "./state.js";

const app = document.getElementById("app");
const parameters = new URLSearchParams(location.search);
state.pendingStart = parameters.get("start");
document.documentElement.lang = language;

const toggleInspector = mountInspector(document.getElementById("inspector"));
mountPeople(document.getElementById("people"), open, toggleInspector);
mountChat(document.getElementById("chat"), showList);

/** Everybody's chats; what events tell while the answer is under way is newer than the answer. */
async function loadPeople() {
  state.people = new Map();
  const [people, facts] = await Promise.all([api.people(), api.state()]);
  state.bot = facts.bot;
  state.people = new Map([...people.map((someone) => [someone.id, someone]), ...state.people]);
  changed("people");
}

async function loadMessages(id) {
  state.messages = new Map();
  const messages = await api.messages(id);
  if (state.current !== id) return;
  state.messages = new Map([...messages.map((message) => [message.message_id, message]), ...state.messages]);
  changed("messages", { opened: true });
}

function open(id) {
  state.current = id;
  state.unread.delete(id);
  if (app.dataset.view !== "chat") history.pushState({ chat: id }, "");
  app.dataset.view = "chat";
  app.dataset.chat = id;
  changed("people");
  changed("opened");
  changed("chat");
  return loadMessages(id);
}

function showList() {
  if (history.state?.chat) history.back();
  else app.dataset.view = "list";
}

function onMessage({ chat_id: chatId, message }) {
  if (chatId !== state.current) {
    const isNew = message.from_bot && !message.edited && !message.deleted;
    if (isNew) state.unread.set(chatId, (state.unread.get(chatId) ?? 0) + 1);
    return;
  }
  const known = state.messages.has(message.message_id);
  state.messages.set(message.message_id, message);
  if (!known && message.markup?.keyboard) changed("keyboard");
  if (!known && message.markup?.force_reply) {
    state.replyTo = message;
    changed("mode");
  }
  changed("messages", { mine: !known && !message.from_bot, fromBot: message.from_bot });
}

function onChat(someone) {
  state.people.set(someone.id, someone);
  changed("people");
  if (someone.id === state.current) changed("chat");
}

async function onReset() {
  Object.assign(state, { current: null, messages: new Map(), unread: new Map() });
  app.dataset.view = "list";
  delete app.dataset.chat;
  await loadPeople();
  refreshInspector();
}

/** The stream of events has begun, for the first time or again: load what was missed. */
async function onHello() {
  await loadPeople();
  const asked = Number(parameters.get("person"));
  parameters.delete("person");
  const id = asked || state.current;
  if (state.people.has(id)) await open(id);
  refreshInspector();
}

function follow() {
  const events = api.events();
  const on = (kind, act) => events.addEventListener(kind, (event) => act(JSON.parse(event.data)));
  let lost = false;
  on("hello", () => {
    lost = false;
    onHello();
  });
  on("message", onMessage);
  on("chat", onChat);
  on("answer", showAnswer);
  on("action", (action) => changed("action", action));
  on("menu", () => changed("menu"));
  on("call", showCall);
  on("faults", ({ faults }) => showFaults(faults));
  on("violation", (violation) => showViolations([violation]));
  on("reset", onReset);
  events.addEventListener("error", () => {
    if (!lost) toast(t("connectionLost"), "bad");
    lost = true;
  });
}

addEventListener("popstate", () => (app.dataset.view = history.state?.chat ? "chat" : "list"));
history.replaceState(null, ""); // a page that is loaded anew begins with the list
follow();
