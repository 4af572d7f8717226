// Sending what was attached, and a voice message to try with.

import { api } from "./api.js";

const MAX_ALBUM = 10;

/** Photos go out together as albums, other files one by one; the caption belongs to the first message. */
export async function sendFiles(person, attached, caption, replyTo) {
  const photos = attached.filter((item) => item.kind === "photo").map((item) => item.file);
  const others = attached.filter((item) => item.kind !== "photo").map((item) => item.file);
  let words = caption;
  for (let at = 0; at < photos.length; at += MAX_ALBUM) {
    await api.upload(person, "photo", photos.slice(at, at + MAX_ALBUM), words, replyTo);
    words = "";
  }
  for (const file of others) {
    await api.upload(person, "document", [file], words, replyTo);
    words = "";
  }
  for (const item of attached) if (item.preview) URL.revokeObjectURL(item.preview);
}

/** Two seconds of a soft tone as a sound file: no microphone is needed to send a voice message. */
export function sampleVoice() {
  const rate = 8000;
  const samples = rate * 2;
  const view = new DataView(new ArrayBuffer(44 + samples * 2));
  const write = (at, text) => [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  write(0, "RIFF");
  view.setUint32(4, 36 + samples * 2, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, samples * 2, true);
  for (let index = 0; index < samples; index += 1) {
    const fade = Math.sin((Math.PI * index) / samples);
    view.setInt16(44 + index * 2, 9000 * fade * Math.sin((2 * Math.PI * 330 * index) / rate), true);
  }
  return new File([view.buffer], "voice.ogg", { type: "audio/ogg" });
}
