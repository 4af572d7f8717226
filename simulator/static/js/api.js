// The simulator's JSON API.

import { toast } from "./dom.js";

const BASE = "sim/api";

async function ask(path, options = {}) {
  const response = await fetch(`${BASE}${path}`, options);
  const body = await response.json();
  if (!response.ok) {
    toast(body.error ?? response.statusText, "bad");
    throw new Error(body.error);
  }
  return body;
}

const post = (path, body = {}) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const api = {
  people: () => ask("/people"),
  addPerson: (person) => post("/people", person),
  messages: (person) => ask(`/people/${person}/messages`),
  say: (person, text, replyTo) => post(`/people/${person}/messages`, { text, ...replying(replyTo) }),
  contact: (person) => post(`/people/${person}/messages`, { contact: {} }),
  location: (person, place) => post(`/people/${person}/messages`, { location: place }),
  press: (person, message, data) => post(`/people/${person}/press`, { message_id: message, data }),
  edit: (person, message, text) => post(`/people/${person}/edit`, { message_id: message, text }),
  change: (person, change) => post(`/people/${person}/${change}`),
  menu: (person) => ask(`/menu?person_id=${person}`),
  state: () => ask("/state"),
  reset: () => post("/reset"),
  calls: () => ask("/calls"),
  faults: () => ask("/faults"),
  addFault: (fault) => post("/faults", fault),
  clearFaults: () => ask("/faults", { method: "DELETE" }),
  limits: (enabled) => post("/limits", { enabled }),
  violations: () => ask("/violations"),
  events: () => new EventSource(`${BASE}/events`),
  fileUrl: (fileId) => `${BASE}/files/${fileId}`,
  upload,
};

const replying = (replyTo) => (replyTo ? { reply_to_message_id: replyTo } : {});

/** Send files as one message of `kind`, or as an album of photos. */
function upload(person, kind, files, caption, replyTo) {
  const form = new FormData();
  form.set("kind", kind);
  form.set("caption", caption);
  if (replyTo) form.set("reply_to_message_id", replyTo);
  for (const file of files) form.append("file", file);
  return ask(`/people/${person}/messages`, { method: "POST", body: form });
}
