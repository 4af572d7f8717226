// The drawer that shows what the bot does: every Bot API call, ordered faults, violations of the schema.

import { api } from "./api.js";
import { h, iconButton } from "./dom.js";
import { clock, t } from "./i18n.js";
import { fullName, state } from "./state.js";

const MAX_SHOWN = 300;
const METHODS = [
  "sendMessage", "editMessageText", "answerCallbackQuery", "sendPhoto", "sendDocument", "sendMediaGroup", "getFile",
  "getUpdates", "*",
];
const FLOOD = { description: "Too Many Requests: retry after 5", parameters: { retry_after: 5 } };
const PRESETS = [
  ["faultServer", { kind: "error", code: 500, description: "Internal Server Error" }],
  ["faultFlood", { ...FLOOD, kind: "error", code: 429 }],
  ["faultDelay", { kind: "delay", seconds: 3 }],
  ["faultBefore", { kind: "drop_before" }],
  ["faultAfter", { kind: "drop_after" }],
  ["faultGarbage", { kind: "garbage" }],
];

const calls = h("div", { class: "calls", "data-empty": t("noCalls") });
const faultList = h("ul", { class: "plain-list" });
const violationList = h("ul", { class: "plain-list" });
const violationCount = h("span", { class: "count" });
const hidePolling = h("input", {
  type: "checkbox", checked: true, onchange: () => calls.classList.toggle("show-polling", !hidePolling.checked),
});
const limits = h("input", { type: "checkbox", onchange: () => api.limits(limits.checked) });
let loaded = false;

/** Put the drawer into `root`; gives a function that opens and closes it. */
export function mountInspector(root) {
  const tabs = { calls: callsTab(), faults: faultsTab(), violations: violationList };
  const body = h("div", { class: "inspector-body" }, tabs.calls);
  const bar = h("div", { class: "tabs", role: "tablist" });
  for (const [name, content] of Object.entries(tabs)) {
    const open = () => {
      body.replaceChildren(content);
      for (const tab of bar.children) tab.setAttribute("aria-selected", tab === button);
    };
    const attributes = { type: "button", role: "tab", "aria-selected": name === "calls", onclick: open };
    const button = h("button", attributes, t(name), name === "violations" && violationCount);
    bar.append(button);
  }
  const toggle = () => {
    root.hidden = !root.hidden;
    if (!root.hidden && !loaded) load();
  };
  const head = h("header", { class: "bar" }, h("h1", {}, t("inspector")), iconButton("close", t("close"), toggle));
  root.append(head, bar, body);
  return toggle;
}

function callsTab() {
  const clear = h("button", { type: "button", class: "plain", onclick: () => calls.replaceChildren() }, t("clear"));
  return h("div", {}, h("div", { class: "options" }, h("label", {}, hidePolling, t("hidePolling")), clear), calls);
}

function faultsTab() {
  const method = h("select", {}, METHODS.map((name) => h("option", { value: name }, name === "*" ? t("anyMethod") : name)));
  const times = h("input", { type: "number", min: 1, max: 99, value: 1 });
  const buttons = PRESETS.map(([label, fault]) => {
    const order = () => api.addFault({ ...fault, method: method.value, times: Number(times.value) || 1 });
    return h("button", { type: "button", onclick: order }, t(label));
  });
  return h(
    "div",
    { class: "faults" },
    h("p", { class: "faint" }, t("faultHint")),
    h(
      "div",
      { class: "fields" },
      h("label", {}, h("span", {}, t("method")), method),
      h("label", {}, h("span", {}, t("times")), times),
    ),
    h("div", { class: "presets" }, buttons),
    faultList,
    h("button", { type: "button", class: "plain", onclick: () => api.clearFaults() }, t("clear")),
    h("label", { class: "switch" }, limits, t("limits")),
  );
}

async function load() {
  loaded = true;
  calls.replaceChildren();
  violationList.replaceChildren();
  const asked = [api.calls(), api.faults(), api.violations(), api.state()];
  const [records, faults, violations, facts] = await Promise.all(asked);
  limits.checked = facts.limits_enabled;
  const shown = new Set([...calls.children].map((entry) => Number(entry.dataset.id)));
  for (const record of records.slice(-MAX_SHOWN).reverse()) if (!shown.has(record.id)) calls.append(callEntry(record));
  showFaults(faults);
  showViolations(violations);
}

/** Load everything anew when the drawer is in use. */
export const refreshInspector = () => loaded && load();

/** Add a call at the top. */
export function showCall(record) {
  if (!loaded) return;
  calls.prepend(callEntry(record));
  if (calls.children.length > MAX_SHOWN) calls.lastElementChild.remove();
}

function callEntry(record) {
  const idle = record.method === "getUpdates" && record.answer?.result?.length === 0;
  const good = record.code === 200 && !record.fault;
  const person = state.people.get(record.chat_id);
  const head = h(
    "summary",
    {},
    h("span", { class: `code ${good ? "good" : "bad"}` }, record.code || t("dropped")),
    h("b", {}, record.method),
    h("span", { class: "who" }, person ? fullName(person) : ""),
    h("small", {}, `${Math.round(record.ms)} ms · ${clock(record.at)}`),
  );
  const entry = h("details", { class: idle ? "idle" : "", "data-id": record.id }, head);
  entry.addEventListener("toggle", () => fill(entry, record), { once: true });
  return entry;
}

function fill(entry, record) {
  const block = (label, value) => [h("h3", {}, label), h("pre", {}, JSON.stringify(value, null, 2))];
  entry.append(...block(t("parameters"), record.params));
  if (record.files.length) entry.append(...block(t("files"), record.files));
  entry.append(...block(t("answer"), record.answer));
}

/** Show the faults that wait. */
export function showFaults(faults) {
  const items = faults.map((fault) => h("li", {}, h("b", {}, fault.kind), ` ${fault.method} × ${fault.times}`));
  faultList.replaceChildren(...(items.length ? items : [h("li", { class: "faint" }, t("noFaults"))]));
}

/** Add violations to the list. */
export function showViolations(violations) {
  for (const { id, method, reason } of violations) {
    const known = violationList.querySelector(`[data-id="${id}"]`);
    if (!known) violationList.append(h("li", { "data-id": id }, h("b", {}, method), h("p", {}, reason)));
  }
  const count = violationList.querySelectorAll("[data-id]").length;
  violationCount.textContent = count || "";
  if (!count) violationList.replaceChildren(h("li", { class: "faint" }, t("noViolations")));
  else violationList.querySelector(".faint")?.remove();
}
