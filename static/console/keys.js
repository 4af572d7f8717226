// Keys for the frequent things. They go by the place on the keyboard, so the layout (Russian, English) does not matter.

const NOTE = "note";

function reply(mode) {
  const form = document.querySelector(".desk-reply");
  if (!form) return;
  const box = form.querySelector("textarea");
  if (!box.value) form.dataset.mode = mode; // what is written stays what it is: a note does not become a message
  box.focus();
}

function press(move) {
  const button = document.querySelector(`.desk-moves [data-move="${move}"]`);
  button?.closest("form").requestSubmit(button);
}

const rows = () => [...document.querySelectorAll("#result_list tbody tr")];
const chosen = () => rows().find((row) => row.classList.contains("desk-chosen"));

function choose(step) {
  const all = rows();
  if (all.length === 0) return;
  const from = chosen() ? all.indexOf(chosen()) : -1;
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  chosen()?.classList.remove("desk-chosen");
  next.classList.add("desk-chosen");
  next.scrollIntoView({ block: "nearest" });
}

function search() {
  document.querySelector("#searchbar")?.focus();
}

function help() {
  document.querySelector(".desk-keys")?.showModal();
}

const KEYS = {
  KeyR: () => reply(""),
  KeyN: () => reply(NOTE),
  KeyT: () => press("take"),
  KeyE: () => press("resolve"),
  KeyJ: () => choose(1),
  KeyK: () => choose(-1),
  KeyX: () => chosen()?.querySelector("input.action-select")?.click(),
  Enter: () => chosen()?.querySelector("th a, td a")?.click(),
  Slash: search,
};

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.key === "Escape" && target.closest?.(".desk-reply")) {
    if (!target.value) target.closest(".desk-reply").dataset.mode = "";
    target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.code === "Enter" && target.matches?.("a, button, summary, input")) return;
  const deed = event.key === "?" ? help : event.shiftKey ? undefined : KEYS[event.code];
  if (!deed || !document.querySelector(".desk-keys")) return;
  event.preventDefault();
  deed();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.(".desk-keys-button")) help();
});
