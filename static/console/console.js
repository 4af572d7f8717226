// The console's own behaviour: a reply is sent with Ctrl+Enter, and a form is sent once.

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".desk-reply");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[value="public"]'));
  }
});

document.addEventListener("submit", (event) => {
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
