// Writing: the input field, attachments, commands, the reply keyboard, answering and editing.

import { api } from "./api.js";
import { sendFiles, sampleVoice } from "./attachments.js";
import { h, icon, iconButton, popupMenu } from "./dom.js";
import { fileSize, t } from "./i18n.js";
import { summary } from "./message.js";
import { changed, person, state, watch } from "./state.js";

const MAX_TEXT = 4096;
const MOSCOW = { latitude: 55.75222, longitude: 37.61556 };

const input = h("textarea", { rows: 1, placeholder: t("message"), "aria-label": t("message"), maxlength: 20000 });
const mode = h("div", { class: "mode", hidden: true });
const strip = h("div", { class: "strip", hidden: true });
const keyboard = h("div", { class: "reply-keyboard", hidden: true });
const commands = h("div", { class: "commands", hidden: true });
const line = h("div", { class: "line" });
const startButton = h("button", { type: "button", class: "start", onclick: start });
const picker = h("input", { type: "file", multiple: true, hidden: true, onchange: () => picked() });
let attached = []; // {file, kind, preview}
let keyboardHidden = false;
let menuCommands = [];

/** The composer; files can be dropped anywhere on `dropZone`. */
export function mountComposer(dropZone) {
  const attach = iconButton("clip", t("attach"), () => popupMenu(attach, attachMenu(), "above"));
  const menuAttributes = { type: "button", class: "menu-button", onclick: toggleCommands };
  const menu = h("button", menuAttributes, icon("menu"), h("span", {}, t("menu")));
  const toggle = iconButton("keyboard", t("keyboard"), toggleKeyboard);
  toggle.classList.add("toggle-keyboard");
  const sendButton = iconButton("send", t("send"), send, { class: "icon-button send" });
  line.append(menu, h("span", { class: "anchor" }, attach), input, toggle, sendButton);
  input.addEventListener("input", grow);
  input.addEventListener("keydown", onKey);
  input.addEventListener("paste", onPaste);
  acceptDrops(dropZone);
  watch("chat", renderAll);
  watch("mode", onMode);
  watch("opened", opened);
  watch("menu", loadMenu);
  watch("keyboard", () => (keyboardHidden = false));
  return h("footer", { class: "composer" }, commands, mode, strip, line, startButton, keyboard, picker);
}

function onPaste(event) {
  const files = [...event.clipboardData.files];
  if (!files.length) return;
  event.preventDefault();
  attachFiles(files);
}

function opened() {
  Object.assign(state, { replyTo: null, editing: null });
  attached = [];
  keyboardHidden = false;
  commands.hidden = true;
  input.value = "";
  onMode();
  renderStrip();
  loadMenu();
  if (matchMedia("(hover: hover)").matches) input.focus();
}

async function loadMenu() {
  if (!state.current) return;
  menuCommands = (await api.menu(state.current)).commands;
  line.classList.toggle("has-menu", menuCommands.length > 0);
  commands.replaceChildren(...menuCommands.map(({ command, description }) => {
    const attributes = { type: "button", onclick: () => run(`/${command}`) };
    return h("button", attributes, h("b", {}, `/${command}`), h("span", {}, description));
  }));
}

function run(command) {
  commands.hidden = true;
  input.value = "";
  grow();
  api.say(state.current, command);
}

function toggleCommands(event) {
  event.stopPropagation();
  commands.hidden = !commands.hidden;
  if (!commands.hidden) document.addEventListener("click", () => (commands.hidden = true), { once: true });
}

function renderAll() {
  const current = person();
  if (!current) return;
  const closed = current.blocked || current.deactivated;
  const starting = !current.started || state.pendingStart !== null;
  line.hidden = closed || starting;
  startButton.hidden = current.deactivated || !(closed || starting);
  startButton.textContent = current.blocked ? t("unblock") : t("start");
  renderKeyboard(closed || starting ? null : current.reply_keyboard);
}

function start() {
  const current = person();
  if (current.blocked) return api.change(current.id, "unblock");
  const payload = state.pendingStart ?? "";
  state.pendingStart = null;
  api.say(current.id, `/start ${payload}`.trim());
}

function renderKeyboard(markup) {
  line.classList.toggle("has-keyboard", Boolean(markup));
  keyboard.hidden = !markup || keyboardHidden;
  keyboard.classList.toggle("tall", Boolean(markup) && !markup.resize_keyboard);
  input.placeholder = markup?.input_field_placeholder || t("message");
  const rows = markup?.keyboard ?? [];
  const buttons = (row) => row.map((button) => replyButton(button, markup));
  keyboard.replaceChildren(...rows.map((row) => h("div", { class: "row" }, buttons(row))));
}

function replyButton(given, markup) {
  const button = typeof given === "string" ? { text: given } : given;
  const act = async () => {
    if (markup.one_time_keyboard) keyboardHidden = true;
    renderAll();
    if (button.request_contact) await api.contact(state.current);
    else if (button.request_location) await api.location(state.current, MOSCOW);
    else if (button.web_app) window.open(button.web_app.url, "_blank", "noopener");
    else await api.say(state.current, button.text);
  };
  return h("button", { type: "button", onclick: act }, button.text);
}

function toggleKeyboard() {
  keyboardHidden = !keyboardHidden;
  renderAll();
}

function onMode() {
  const about = state.editing ?? state.replyTo;
  mode.hidden = !about;
  if (!about) return;
  const label = state.editing ? t("edit") : t("reply");
  const cancel = iconButton("close", t("cancel"), () => {
    if (state.editing) input.value = "";
    Object.assign(state, { replyTo: null, editing: null });
    changed("mode");
  });
  const words = h("span", {}, h("b", {}, label), h("small", {}, summary(about.payload)));
  mode.replaceChildren(icon(state.editing ? "edit" : "reply"), words, cancel);
  if (state.editing) input.value = about.text;
  grow();
  input.focus();
}

function onKey(event) {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  } else if (event.key === "ArrowUp" && !input.value) {
    event.preventDefault();
    editLast();
  } else if (event.key === "Escape" && !mode.hidden) mode.querySelector("button").click();
}

function editLast() {
  const own = [...state.messages.values()].filter(({ from_bot, text, deleted }) => !from_bot && text && !deleted);
  if (!own.length) return;
  state.editing = own.at(-1);
  changed("mode");
}

async function send() {
  const text = input.value;
  const { editing, replyTo, current } = state;
  if (!text && !attached.length) return;
  const files = attached;
  attached = [];
  input.value = "";
  Object.assign(state, { replyTo: null, editing: null });
  changed("mode");
  renderStrip();
  grow();
  if (editing) return api.edit(current, editing.message_id, text);
  if (files.length) return sendFiles(current, files, text, replyTo?.message_id);
  for (const part of split(text)) await api.say(current, part, replyTo?.message_id);
}

/** A long paste goes out in parts, as Telegram's clients send it. */
function split(text) {
  const parts = [];
  const letters = [...text];
  for (let at = 0; at < letters.length; at += MAX_TEXT) parts.push(letters.slice(at, at + MAX_TEXT).join(""));
  return parts;
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
  line.classList.toggle("typing", Boolean(input.value || attached.length));
}

function attachMenu() {
  return [
    { icon: "photo", label: t("photo"), act: () => pick("photo", "image/*") },
    { icon: "file", label: t("file"), act: () => pick("document", "") },
    { icon: "voice", label: t("voice"), act: async () => api.upload(state.current, "voice", [sampleVoice()], "") },
    { icon: "place", label: t("place"), act: () => api.location(state.current, MOSCOW) },
    { icon: "person", label: t("contact"), act: () => api.contact(state.current) },
  ];
}

function pick(kind, accept) {
  Object.assign(picker, { accept, value: "" });
  picker.dataset.kind = kind;
  picker.click();
}

function picked() {
  attachFiles([...picker.files], picker.dataset.kind);
}

function attachFiles(files, kind) {
  for (const file of files) {
    const isImage = file.type.startsWith("image/");
    const preview = isImage ? URL.createObjectURL(file) : null;
    attached.push({ file, kind: kind ?? (isImage ? "photo" : "document"), preview });
  }
  renderStrip();
  grow();
  input.focus();
}

function renderStrip() {
  strip.hidden = !attached.length;
  input.placeholder = attached.length ? t("caption") : t("message");
  strip.replaceChildren(...attached.map((item) => {
    const remove = () => {
      attached = attached.filter((other) => other !== item);
      renderStrip();
      grow();
    };
    const shown = item.kind === "photo" && item.preview
      ? h("img", { src: item.preview, alt: "" })
      : h("span", {}, h("b", {}, item.file.name), h("small", {}, fileSize(item.file.size)));
    return h("div", { class: "chip" }, shown, iconButton("close", t("cancel"), remove));
  }));
}

function acceptDrops(zone) {
  const cover = h("div", { class: "drop" }, t("dropHere"));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.append(cover);
  });
  zone.addEventListener("dragleave", (event) => zone.contains(event.relatedTarget) || cover.remove());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    cover.remove();
    if (!line.hidden) attachFiles([...event.dataTransfer.files]);
  });
}
