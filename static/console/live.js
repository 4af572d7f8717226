// An open table or card keeps itself up to date: it asks every second what has changed, and fetches itself anew where
// that concerns it. What somebody is typing, has ticked or has opened is left alone.

const EVERY = 1000;
const HIDDEN_EVERY = 5000;

const status = () => document.querySelector("[data-live]");
const heading = document.title;
let unseen = 0;

// Parts of the page that are exchanged for fresh ones; a part that is being worked in is not.
const PARTS = [
  ".desk-views", "#result_list", ".desk-subject", ".desk-bubbles", ".desk-moves", ".desk-about", ".desk-past",
  ".desk-stages", ".desk-sums", ".desk-decisions",
];

function inUse(part) {
  if (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return true;
  if (part.querySelector(".desk-move[open], .desk-change[open], input.action-select:checked")) return true;
  return [...part.querySelectorAll("select")].some((box) => ![...box.options].every((o) => o.selected === o.defaultSelected));
}

function exchange(page) {
  let table = false;
  for (const selector of PARTS) {
    const old = document.querySelector(selector);
    const fresh = page.querySelector(selector);
    if (!old || !fresh || inUse(old) || old.innerHTML === fresh.innerHTML) continue;
    const unfolded = new Map([...old.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
    old.innerHTML = fresh.innerHTML;
    for (const one of old.querySelectorAll("details[id]")) one.open = unfolded.get(one.id) ?? one.open;
    table = table || selector.includes("result_list");
  }
  if (table && window.Actions) window.Actions(document.querySelectorAll("tr input.action-select"));
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
  if (!answer.ok || answer.redirected) return;
  exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

function announce(count) {
  if (document.hasFocus()) return;
  unseen += count;
  document.title = unseen ? `(${unseen}) ${heading}` : heading;
}

window.addEventListener("focus", () => {
  unseen = 0;
  document.title = heading;
});

async function ask() {
  const place = status();
  const answer = await fetch(`${place.dataset.live}?after=${place.dataset.place}`, { redirect: "manual" });
  if (!answer.ok) return;
  const news = await answer.json();
  place.dataset.place = news.cursor;
  const row = Number(place.dataset.row || 0);
  const concerns = row ? news.changed.includes(row) : news.changed.length > 0;
  if (concerns || document.querySelector("[data-on-its-way]")) await refresh();
  if (concerns && news.news) {
    place.textContent = "";
    place.textContent = place.dataset.updated;
    announce(news.news);
  }
}

async function keepAsking() {
  try {
    await ask();
  } catch {
    // The line is down or the console restarts: the next question finds it again.
  }
  setTimeout(keepAsking, document.hidden ? HIDDEN_EVERY : EVERY);
}

document.addEventListener("DOMContentLoaded", () => {
  if (status()) keepAsking();
});
