// The console's own behaviour: a reply is sent with Ctrl+Enter, a draft outlives other buttons, a form is sent once.

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".desk-reply");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[value="public"]'));
  }
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (event.target.dataset.draft) sessionStorage.removeItem(event.target.dataset.draft);
  // One click, one message: a second submit of the same form is ignored until the page has changed.
  if (event.target.dataset.sent) {
    event.preventDefault();
  } else if (event.target.matches(".desk form")) {
    event.target.dataset.sent = "yes";
  }
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll(".desk form").forEach((form) => delete form.dataset.sent);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-draft]");
  if (form) sessionStorage.setItem(form.dataset.draft, event.target.value);
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-draft]").forEach((form) => {
    const box = form.querySelector("textarea");
    box.value = box.value || sessionStorage.getItem(form.dataset.draft) || "";
  });
});
