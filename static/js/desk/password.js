/** Passwords that are made up here, and shown to whoever passes them on, this once. */
import { ask, toast } from "../core/dialog.js";
import { h, icon } from "../core/dom.js";

// Without letters and digits that look alike, so that a password can be read out on the phone.
const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** Sixteen letters and digits in groups of four: some 93 bits. */
export function madeUp() {
  const letters = [];
  while (letters.length < 16) {
    const [number] = crypto.getRandomValues(new Uint8Array(1));
    if (number < 256 - (256 % LETTERS.length)) letters.push(LETTERS[number % LETTERS.length]); // each as likely
  }
  return letters.join("").replace(/(.{4})(?=.)/g, "$1-");
}

/** Show a name and its new password in a dialog until it is closed. */
export function showOnce({ title, username, password }) {
  const fields = [
    h("p", { class: "text-secondary" }, "Pass this on by a safe way. The password is shown only now; the server keeps a hash of it."),
    h(
      "dl",
      { class: "ca-facts" },
      [h("dt", {}, "Sign in at"), h("dd", { class: "ca-break" }, `${location.origin}/login`)],
      [h("dt", {}, "User name"), h("dd", { class: "ca-break" }, username)],
      [h("dt", {}, "Password"), h("dd", {}, copyable(password))],
    ),
  ];
  return ask({ title, fields, action: "Done", cancel: "" });
}

/** A secret text with the button that copies it. */
export function copyable(text) {
  return [h("code", { class: "ca-secret" }, text), " ", h("button", { type: "button", class: "btn btn-sm", onclick: () => copied(text) }, icon("copy"), " Copy")];
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.", { kind: "success" });
  } catch {
    toast("The browser does not let pages copy here. Select it and copy it by hand.", { kind: "danger" });
  }
}
