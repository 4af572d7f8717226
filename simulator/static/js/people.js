// The list of people, and adding one.

import { api } from "./api.js";
import { h, icon, iconButton, modal, popupMenu } from "./dom.js";
import { clock, t } from "./i18n.js";
import { summary } from "./message.js";
import { fullName, initials, state, watch } from "./state.js";

const list = h("nav", { class: "people-list" });
const search = h("input", { type: "search", placeholder: t("search"), "aria-label": t("search"), oninput: render });

/** Put the list into `root`; `open` is called with the id of the person chosen. */
export function mountPeople(root, open, toggleInspector) {
  const items = [{ icon: "close", label: t("reset"), act: reset, danger: true }];
  const more = iconButton("more", t("more"), () => popupMenu(more, items));
  root.append(
    h(
      "header",
      { class: "bar" },
      h("h1", {}, t("chats")),
      iconButton("pulse", t("inspector"), toggleInspector),
      iconButton("plus", t("addPerson"), () => addDialog(open)),
      h("span", { class: "anchor" }, more),
    ),
    h("label", { class: "search" }, icon("search"), search),
    list,
  );
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-person]");
    if (row) open(Number(row.dataset.person));
  });
  watch("people", render);
}

function render() {
  const wanted = search.value.trim().toLowerCase();
  const people = [...state.people.values()].filter((someone) => fullName(someone).toLowerCase().includes(wanted));
  const latest = (someone) => someone.last_message?.message_id ?? 0;
  list.replaceChildren(...people.sort((a, b) => latest(b) - latest(a)).map(row));
}

function row(someone) {
  const last = someone.last_message;
  const unread = state.unread.get(someone.id) ?? 0;
  const preview = last ? `${last.from_bot ? "" : `${t("you")}: `}${summary(last.payload)}` : someone.role ?? "";
  const current = someone.id === state.current;
  return h(
    "button",
    { type: "button", class: `person${current ? " current" : ""}`, "data-person": someone.id, "aria-current": current },
    avatar(someone),
    h(
      "span",
      { class: "person-text" },
      h("span", { class: "line" }, h("b", {}, fullName(someone)), h("time", {}, last ? clock(last.payload.date) : "")),
      h("span", { class: "line" }, h("span", { class: "preview" }, preview), unread ? h("span", { class: "badge" }, unread) : ""),
    ),
  );
}

/** The round picture of a person. */
export function avatar(someone) {
  return h("span", { class: `avatar tone-${someone.id % 7}`, "aria-hidden": "true" }, initials(someone));
}

async function reset() {
  if (confirm(t("resetAsk"))) await api.reset();
}

function addDialog(open) {
  const fields = [
    ["first_name", t("name"), { required: true, maxlength: 64 }],
    ["last_name", t("lastName"), { maxlength: 64 }],
    ["username", t("username"), { pattern: "[A-Za-z][A-Za-z0-9_]{4,31}" }],
    ["phone", t("phone"), { type: "tel", placeholder: "+79161234567" }],
    ["language_code", t("language"), { value: "ru", pattern: "[a-z]{2}" }],
  ];
  const submit = async (event) => {
    event.preventDefault();
    const given = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value.trim()));
    const created = await api.addPerson(given);
    dialog.close();
    state.people.set(created.id, created);
    open(created.id);
  };
  const inputs = fields.map(([name, label, extra]) => h("label", {}, h("span", {}, label), h("input", { name, ...extra })));
  const buttons = h(
    "div",
    { class: "buttons" },
    h("button", { type: "button", class: "plain", onclick: () => dialog.close() }, t("cancel")),
    h("button", { class: "primary" }, t("create")),
  );
  const dialog = modal("card", h("form", { onsubmit: submit }, h("h2", {}, t("addPerson")), inputs, buttons));
}
