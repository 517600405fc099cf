/**
 * The keyboard while the picture has the focus. Keys go out as they are pressed; whatever the browser composes
 * (dead keys, input methods, on-screen keyboards) goes out as text. A hidden text field holds the focus, because only
 * a text field gets composition and paste.
 */
import { fromEvent, fromText, isComposing, isModifier, isPaste, isRelease, press, withoutMeta } from "./keys.js";

/** On-screen keyboards report a deletion only if there is something to delete. */
const FILLING = "\u200b\u200b";
const MODIFIER_KEYS = { Control: "ctrlKey", Shift: "shiftKey", Alt: "altKey", Meta: "metaKey" };

/**
 * Capture the keyboard through the text field `field`. `onRelease()` is called for Ctrl+Alt+Shift+Q, `onPaste(text)`
 * for Ctrl+V when `mayPaste()`. On a Mac (`mac`) ⌘ stands for Ctrl unless the customer's computer is one too (`isMac()`).
 */
export function watchKeyboard({
  field, control, mayControl, mayPaste, onRelease, onPaste, isMac = () => false, mac = /Mac|iPhone|iPad/.test(navigator.platform),
}) {
  const fieldsOf = (event, type) => (mac && !isMac() ? withoutMeta(fromEvent(event, type)) : fromEvent(event, type));
  const held = new Map(); // code → the keydown that was sent

  field.addEventListener("keydown", (event) => {
    if (isRelease(event)) return void (event.preventDefault(), onRelease());
    if (!mayControl() || isComposing(event)) return;
    if (event.key === "AltGraph") return void altGr(event);
    if (mayPaste() && isPaste(event, { mac })) return; // the paste event follows
    event.preventDefault();
    down(event);
  });
  field.addEventListener("keyup", (event) => {
    if (!mayControl()) return;
    if (held.has(event.code)) event.preventDefault();
    up(event);
    if (event.key === "Meta") releaseAll(); // a Mac reports no keyup for what was pressed together with ⌘
  });
  field.addEventListener("compositionstart", empty);
  field.addEventListener("compositionend", (event) => {
    type(event.data || "");
    setTimeout(reset, 0); // the browser writes the text into the field after this event
  });
  field.addEventListener("beforeinput", beforeInput);
  field.addEventListener("input", (event) => event.isComposing || reset());
  field.addEventListener("paste", (event) => {
    event.preventDefault();
    if (!mayPaste()) return;
    releaseAll(); // Ctrl is still down here; it must not be down there while the helper pastes
    onPaste(event.clipboardData.getData("text/plain"));
  });
  field.addEventListener("blur", releaseAll);
  field.addEventListener("focus", reset);
  window.addEventListener("blur", releaseAll);

  function down(event) {
    const fields = fieldsOf(event);
    syncModifiers(fields);
    held.set(event.code || event.key, fields);
    control.key(fields);
  }

  /** AltGr itself stays here: the character it makes is sent. Windows presses Ctrl with it, which must not stay down. */
  function altGr(event) {
    event.preventDefault();
    if (held.has("ControlLeft")) letGo("ControlLeft");
  }

  /** Release the key as it was pressed: with Shift gone in between, "A" went down but "a" comes up. */
  function up(event) {
    const pressed = held.get(event.code || event.key);
    if (!pressed) return;
    held.delete(event.code || event.key);
    control.key({ ...fieldsOf(event, "keyup"), key: pressed.key, code: pressed.code });
  }

  /** Modifiers pressed or released while the focus was elsewhere, or let go for a paste. */
  function syncModifiers(now) {
    for (const [key, flag] of Object.entries(MODIFIER_KEYS)) {
      const codes = [...held].filter(([, sent]) => sent.key === key).map(([code]) => code);
      if (codes.length && !now[flag] && now.key !== key) codes.forEach(letGo);
      if (!codes.length && now[flag] && now.key !== key && !isModifier(now.key)) hold(key);
    }
  }

  function hold(key) {
    const fields = { ...press(key, { code: `${key}Left`, held: [key] })[0] };
    held.set(fields.code, fields);
    control.key(fields);
  }

  function letGo(name) {
    const { key, code } = held.get(name);
    held.delete(name);
    control.key(press(key, { code })[1]);
  }

  function releaseAll() {
    for (const code of [...held.keys()]) letGo(code);
  }

  function type(text) {
    if (mayControl()) control.keys(fromText(text));
  }

  /** Text that came without a usable keydown: dead keys on some systems, on-screen keyboards. */
  function beforeInput(event) {
    if (event.isComposing || event.inputType === "insertCompositionText") return;
    if (event.inputType === "insertText" && event.data) type(event.data);
    else if (/^insert(LineBreak|Paragraph)$/.test(event.inputType)) control.keys(press("Enter"));
    else if (/^delete.*Backward$/.test(event.inputType)) control.keys(press("Backspace"));
    else if (/^delete.*Forward$/.test(event.inputType)) control.keys(press("Delete"));
    if (event.inputType !== "insertFromPaste") event.preventDefault();
  }

  function reset() {
    field.value = FILLING;
    field.setSelectionRange(FILLING.length, FILLING.length);
  }

  function empty() {
    field.value = "";
  }

  return { releaseAll };
}
