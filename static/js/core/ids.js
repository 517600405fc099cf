/** Ids that this page makes. `crypto.randomUUID` is missing on plain-http sites. */

/** 128 random bits in hexadecimal: for a message, or for a request whose answer comes as an event. */
export function freshId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
