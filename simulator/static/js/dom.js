// Building the page out of nodes. Text is always set as text, so nothing a person writes can become markup.

/** An element: attributes, `on<event>` listeners, `class`, boolean attributes; children are nodes or texts. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  plus: "M12 5v14M5 12h14",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4",
  more: "M12 5a.7.7 0 1 0 .01 0M12 11.500a.7.7 0 1 0 .01 0M12 18a.7.7 0 1 0 .01 0",
  clip: "M20 11.500l-8.500 8.500a5.500 5.500 0 0 1-7.800-7.800l8.800-8.800a3.700 3.700 0 0 1 5.200 5.200l-8.700 8.700a1.800 1.800 0 0 1-2.600-2.600l7.800-7.700",
  send: "M4 12l16-8-6 16-2.500-6.500z",
  keyboard: "M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM7 10h.01M12 10h.01M17 10h.01M8 14h8",
  reply: "M10 6l-6 6 6 6M4 12h9a7 7 0 0 1 7 7",
  edit: "M5 19l1-4L16.500 4.500l3 3L9 18z",
  close: "M6 6l12 12M18 6L6 18",
  file: "M7 3h7l5 5v12a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM14 3v5h5",
  photo: "M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM3 16l5-5 5 5 3-3 5 5M15.500 9.500h.01",
  voice: "M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
  place: "M12 21s7-6.500 7-12a7 7 0 0 0-14 0c0 5.500 7 12 7 12zM12 11.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-6 8-6s7 2 8 6",
  pulse: "M3 12h4l3-8 4 16 3-8h4",
  menu: "M4 7h16M4 12h16M4 17h16",
  link: "M10 14a4 4 0 0 0 6 .500l3-3a4 4 0 0 0-6-6l-1.500 1.500M14 10a4 4 0 0 0-6-.500l-3 3a4 4 0 0 0 6 6l1.500-1.500",
  down: "M6 9l6 6 6-6",
};

/** A line icon by name. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A round button with an icon and a name for those who do not see it. */
export function iconButton(name, label, onclick, extra = {}) {
  const attributes = { type: "button", class: "icon-button", title: label, "aria-label": label, onclick, ...extra };
  return h("button", attributes, icon(name));
}

/** A short notice at the bottom of the page. */
export function toast(text, kind = "") {
  const note = h("div", { class: `toast ${kind}` }, text);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 4000);
}

/** A modal dialog with these children; it removes itself when closed. */
export function modal(className, ...children) {
  const dialog = h("dialog", { class: className, onclose: () => dialog.remove() }, ...children);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A small menu below `anchor`; closes at any click or Escape. Items are {icon, label, act, danger}. */
export function popupMenu(anchor, items, place = "below") {
  document.querySelector(".popup")?.remove();
  const popup = h("div", { class: `popup ${place}`, role: "menu" });
  const close = () => {
    popup.remove();
    document.removeEventListener("click", close);
    document.removeEventListener("keydown", onKey);
  };
  const onKey = (event) => event.key === "Escape" && close();
  for (const item of items) {
    const attributes = { type: "button", role: "menuitem", class: item.danger ? "danger" : "", onclick: item.act };
    popup.append(h("button", attributes, icon(item.icon), h("span", {}, item.label)));
  }
  anchor.parentElement.append(popup);
  setTimeout(() => {
    document.addEventListener("click", close);
    document.addEventListener("keydown", onKey);
  });
}
