// The console's own behaviour: what is written is sent with Ctrl+Enter, a draft outlives other buttons, a form is sent once, a
// picture opens large.

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".desk-reply");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(`button[value="${form.dataset.mode === "note" ? "internal" : "public"}"]`));
  }
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (event.target.dataset.draft) forgetDraft(event.target);
  // One click, one message: a second submit of the same form is ignored until the page has changed.
  if (event.target.dataset.sent) {
    event.preventDefault();
  } else if (event.target.matches(".desk form")) {
    event.target.dataset.sent = "yes";
  }
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll(".desk form").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll(".desk-reply").forEach(showAttached);
});

// What is being written, and for whom, outlives other buttons of the page.
const keepDraft = (form) => {
  sessionStorage.setItem(form.dataset.draft, form.querySelector("textarea").value);
  sessionStorage.setItem(`${form.dataset.draft}-mode`, form.dataset.mode ?? "");
};

const forgetDraft = (form) => ["", "-mode"].forEach((end) => sessionStorage.removeItem(form.dataset.draft + end));

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-draft]");
  if (form && event.target.matches("textarea")) keepDraft(form);
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-draft]").forEach((form) => {
    const box = form.querySelector("textarea");
    if (box.value) return;
    box.value = sessionStorage.getItem(form.dataset.draft) || "";
    if (box.value) form.dataset.mode = sessionStorage.getItem(`${form.dataset.draft}-mode`) || "";
  });
});

// Files of a reply: chosen, dropped or pasted; their names are shown, a click on one takes it back.
const sizeOf = (file) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }).format(
    Math.max(1, file.size / 1024),
  );

function showAttached(form) {
  const files = [...form.querySelector(".desk-attach").files];
  const list = form.querySelector(".desk-attached");
  list.hidden = files.length === 0;
  list.replaceChildren(
    ...files.map((file) => {
      const name = document.createElement("button");
      name.type = "button";
      name.className = "desk-file";
      name.append(Object.assign(document.createElement("bdi"), { textContent: file.name }));
      name.append(` · ${sizeOf(file)} ✕`);
      name.addEventListener("click", () => setFiles(form, files.filter((other) => other !== file)));
      return name;
    }),
  );
}

function setFiles(form, files) {
  const chosen = new DataTransfer();
  files.forEach((file) => chosen.items.add(file));
  form.querySelector(".desk-attach").files = chosen.files;
  showAttached(form);
}

document.addEventListener(
  "change",
  (event) => {
    if (!event.target.matches(".desk-attach")) return;
    event.stopPropagation(); // unfold's own listener expects a text box beside every file input
    showAttached(event.target.closest("form"));
  },
  true,
);

for (const [kind, given] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.(".desk-reply");
    const files = [...(event[given]?.files ?? [])];
    if (!form || files.length === 0) return;
    event.preventDefault();
    setFiles(form, [...form.querySelector(".desk-attach").files, ...files]);
  });
}

document.addEventListener("dragover", (event) => {
  if (event.target.closest?.(".desk-reply") && event.dataTransfer.types.includes("Files")) event.preventDefault();
});

// A thumbnail opens the large picture above the card; without this script, or with Ctrl, it opens in a tab of its own.
const pictures = () => [...document.querySelectorAll(".desk-shot")];

function showPicture(dialog, link) {
  dialog.shown = link;
  const image = dialog.querySelector("img");
  image.src = link.href;
  image.alt = link.querySelector("img").alt;
  dialog.querySelector("a").href = link.dataset.original;
  dialog.querySelectorAll("[data-step]").forEach((button) => (button.hidden = pictures().length < 2));
  if (!dialog.open) {
    dialog.showModal();
  }
}

function stepPicture(dialog, step) {
  const all = pictures();
  showPicture(dialog, all[(all.indexOf(dialog.shown) + step + all.length) % all.length]);
}

document.addEventListener("click", (event) => {
  const dialog = document.querySelector(".desk-picture");
  const link = event.target.closest?.(".desk-shot");
  if (dialog && link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    showPicture(dialog, link);
  } else if (dialog && event.target.dataset?.step) {
    stepPicture(dialog, Number(event.target.dataset.step));
  } else if (dialog && event.target === dialog) {
    dialog.close(); // a click beside the picture
  }
});

document.addEventListener("keydown", (event) => {
  const dialog = document.querySelector(".desk-picture");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (dialog?.open && step) {
    event.preventDefault();
    stepPicture(dialog, step);
  }
});

// A picture that lies on its side is turned, where it stands; the file is not changed.
document.addEventListener("click", (event) => {
  const by = Number(event.target.dataset?.turn);
  const image = by && event.target.closest(".desk-sheet")?.querySelector("img");
  if (!image) return;
  const angle = (Number(image.dataset.angle || 0) + by + 360) % 360;
  image.dataset.angle = angle;
  image.classList.toggle("desk-sideways", angle % 180 !== 0);
  image.style.rotate = `${angle}deg`;
});

// What the client will read stands below the reasons before it is sent.
function showPreview(form) {
  const ready = form.querySelector("[name=reason]:checked")?.dataset.text ?? "";
  const own = form.querySelector("textarea").value.trim();
  const [first, words = "", last = ""] = ready.split("\n");
  const text = ready ? [first, [words, own].filter(Boolean).join(" "), last].join("\n") : own;
  const box = form.querySelector(".desk-preview");
  box.hidden = !text;
  box.querySelector("blockquote").textContent = text;
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.("[data-preview]");
    if (form) showPreview(form);
  });
}
