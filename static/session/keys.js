/** What a key press means to the customer's computer. Pure. */

const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph"]);
/** Keys that say nothing by themselves: the browser composes a character out of them, which comes as text. */
const COMPOSING = new Set(["Dead", "Process", "Unidentified", "Compose", "Multi_key"]);

export const isModifier = (key) => MODIFIERS.has(key);

/** Is this key event a part of composing text (dead key, input method, on-screen keyboard)? */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229 || COMPOSING.has(event.key);
}

/** Ctrl+Alt+Shift+Q gives the keyboard back to the technician's own computer. */
export function isRelease(event) {
  return event.ctrlKey && event.altKey && event.shiftKey && event.code === "KeyQ";
}

/** Ctrl+V (⌘V on a Mac): the browser must be let through to hand over the clipboard. */
export function isPaste(event, { mac = false } = {}) {
  const command = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  return command && !event.altKey && !event.shiftKey && !altGraph(event) && event.key.toLowerCase() === "v";
}

/**
 * The fields of `remote-keyboard` for a DOM key event. With AltGr held, Windows reports Ctrl and Alt as well;
 * they made the character and are left out, or "@" would arrive as Ctrl+Alt+@.
 */
export function fromEvent(event, type = event.type) {
  const made = altGraph(event);
  return {
    type,
    key: event.key,
    code: event.code,
    ctrlKey: event.ctrlKey && !made,
    shiftKey: event.shiftKey,
    altKey: event.altKey && !made,
    metaKey: event.metaKey,
    ...(made ? { altGraph: true } : {}),
  };
}

/** The same with Ctrl in the place of ⌘: what a Mac's user means on a computer that has no ⌘. */
export function withoutMeta(fields) {
  const isMeta = fields.key === "Meta";
  return {
    ...fields,
    key: isMeta ? "Control" : fields.key,
    code: isMeta ? fields.code.replace("Meta", "Control") : fields.code,
    ctrlKey: fields.ctrlKey || fields.metaKey,
    metaKey: false,
  };
}

/** `text` as key presses, one character (not one UTF-16 unit) after the other; line breaks become Enter. */
export function fromText(text) {
  const characters = [...text.replace(/\r\n?/g, "\n")];
  return characters.flatMap((character) => press(character === "\n" ? "Enter" : character === "\t" ? "Tab" : character));
}

/** One key pressed and released, with the modifier names in `held` set. */
export function press(key, { code = "", held = [] } = {}) {
  return ["keydown", "keyup"].map((type) => plain(type, key, code, held));
}

/** A combination such as ["Control", "Alt", "Delete"]: down in order, up in reverse. */
export function combination(names) {
  const held = [];
  const events = [];
  for (const name of names) {
    if (isModifier(name)) held.push(name);
    events.push(plain("keydown", name, CODES[name] || "", held));
  }
  for (const name of [...names].reverse()) {
    if (isModifier(name)) held.pop();
    events.push(plain("keyup", name, CODES[name] || "", held));
  }
  return events;
}

/** Combinations that a browser or the technician's own system would keep for itself, by the customer's platform. */
export function specials(platform = "") {
  if (/^(mac|darwin)/i.test(platform)) return MAC;
  return /^linux/i.test(platform) ? [...COMMON, ...LINUX] : [...COMMON, ...WINDOWS];
}

function plain(type, key, code, held) {
  return {
    type, key, code,
    ctrlKey: held.includes("Control"), shiftKey: held.includes("Shift"),
    altKey: held.includes("Alt"), metaKey: held.includes("Meta"),
  };
}

function altGraph(event) {
  return Boolean(event.getModifierState && event.getModifierState("AltGraph"));
}

const CODES = {
  Control: "ControlLeft", Alt: "AltLeft", Shift: "ShiftLeft", Meta: "MetaLeft", Delete: "Delete", Tab: "Tab", Escape: "Escape",
  F4: "F4", F11: "F11", PrintScreen: "PrintScreen", " ": "Space", l: "KeyL", r: "KeyR", e: "KeyE", q: "KeyQ", t: "KeyT", F2: "F2",
};
const COMMON = [
  { label: "Ctrl + Alt + Del", keys: ["Control", "Alt", "Delete"] },
  { label: "Alt + Tab", keys: ["Alt", "Tab"] },
  { label: "Alt + F4", keys: ["Alt", "F4"] },
  { label: "Win", keys: ["Meta"] },
  { label: "Esc", keys: ["Escape"] },
  { label: "Tab", keys: ["Tab"] },
  { label: "Print Screen", keys: ["PrintScreen"] },
  { label: "F11", keys: ["F11"] },
];
const WINDOWS = [
  { label: "Ctrl + Shift + Esc (task manager)", keys: ["Control", "Shift", "Escape"] },
  { label: "Win + R (run)", keys: ["Meta", "r"] },
  { label: "Win + E (files)", keys: ["Meta", "e"] },
  { label: "Win + L (lock)", keys: ["Meta", "l"] },
];
const LINUX = [
  { label: "Ctrl + Alt + T (terminal)", keys: ["Control", "Alt", "t"] },
  { label: "Alt + F2 (run)", keys: ["Alt", "F2"] },
];
const MAC = [
  { label: "⌘ + Tab", keys: ["Meta", "Tab"] },
  { label: "⌘ + Space (search)", keys: ["Meta", " "] },
  { label: "⌘ + Q (quit)", keys: ["Meta", "q"] },
  { label: "⌥ + ⌘ + Esc (force quit)", keys: ["Alt", "Meta", "Escape"] },
  { label: "Esc", keys: ["Escape"] },
];
