// What the page knows. Parts of the page watch the kinds of change they show.

export const state = {
  bot: { first_name: "", username: "" },
  people: new Map(), // id -> person with the state of their chat
  current: null, // id of the open chat
  messages: new Map(), // of the open chat, by message_id
  unread: new Map(),
  replyTo: null, // the message being answered
  editing: null, // the own message being changed
  pendingStart: null, // the payload of a deep link not followed yet
};

const watchers = new Map();

/** Call `act` after every change of `kind`. */
export function watch(kind, act) {
  watchers.set(kind, [...(watchers.get(kind) ?? []), act]);
}

/** Say that something of `kind` has changed. */
export function changed(kind, detail) {
  for (const act of watchers.get(kind) ?? []) act(detail);
}

/** The person whose chat is open. */
export const person = () => state.people.get(state.current);

/** First and last name. */
export const fullName = (someone) => [someone.first_name, someone.last_name].filter(Boolean).join(" ");

/** One or two letters for the round picture. */
export const initials = (someone) =>
  [someone.first_name, someone.last_name].filter(Boolean).map((word) => [...word][0]).join("");
