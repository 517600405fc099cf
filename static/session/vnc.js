/**
 * A screen that comes over VNC, shown by noVNC: for customers whose computer has no helper. Loaded only when there is one.
 * Keeps `vnc` of the store true: null or {state, kind, text}; and `picture` and `transport` while it shows.
 */
import { get } from "../js/core/api.js";
import { ask, confirm, toast } from "../js/core/dialog.js";
import { byId, h } from "../js/core/dom.js";
import { press } from "./keys.js";
import { mayLook } from "./vnc_status.js";

const RETRY = 1500; // ms
const TRIES = 5;
const QUIET = 5000; // ms between two notes about the customer's clipboard
const LABELS = { username: "User name", password: "Password", target: "Target" };

/** `{over(control), password(), again()}`. */
export function createVnc({ store, line, sessionId, stage, note, happened }) {
  const host = byId("vnc");
  const look = byId("look");
  let rfb = null;
  let keysymOf = null;
  let closing = null;
  let tries = 0;
  let copied = 0;
  let wanted = []; // what the VNC server asked to be told, while the dialog is closed
  const here = (handler) => (event) => (!event.sessionId || event.sessionId === sessionId) && handler(event);
  const tell = (state, more = {}) => store.set({ vnc: { kind: "reverse", text: "", ...store.facts.vnc, ...more, state } });

  line.on("vnc-ready", here(({ kind }) => {
    tries = 0;
    if (rfb && kind === "direct") return;
    tell("ready", { kind: kind || "reverse", text: "" });
    settle();
  }));
  line.on("vnc-disconnected", here(({ kind, reason }) => {
    if (!rfb || kind === "reverse") lost(reason, kind);
  }));
  line.on("session-connected", here(expect));
  get(`/api/sessions/${encodeURIComponent(sessionId)}`).then((record) => record.status === "connected" && expect(record), () => {});
  store.on((facts, changed) => {
    if (changed.has("rights") || changed.has("helperOnline") || changed.has("ended")) settle();
  });
  new MutationObserver(fit).observe(stage, { attributes: true, attributeFilter: ["data-view"] });
  look.addEventListener("click", () => {
    if (!rfb) return;
    rfb.viewOnly = !rfb.viewOnly;
    look.setAttribute("aria-pressed", String(rfb.viewOnly));
    happened(rfb.viewOnly ? "You only look" : "You control again", rfb.viewOnly ? "eye" : "mouse");
  });

  /** The customer's computer said over HTTP that it is there; with a VNC port the server may call it. */
  function expect({ vncPort }) {
    if (vncPort && !store.facts.vnc) tell("expected", { kind: "direct" });
  }

  /** Open or close the view, as what is known now wants it. */
  function settle() {
    const { vnc, helperOnline, ended } = store.facts;
    const allowed = mayLook(store.facts) && !helperOnline && !ended;
    if (rfb && !allowed) close();
    else if (!rfb && allowed && vnc && vnc.state === "ready") open();
  }

  async function open() {
    tell("connecting", { text: "" });
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const [{ default: RFB }, util] = await Promise.all([import("../vendor/novnc/core/rfb.js"), import("../vendor/novnc/core/input/util.js")]);
    if (rfb) return;
    keysymOf = util.getKeysym;
    const channel = new WebSocket(`${scheme}://${location.host}/websockify?session=${encodeURIComponent(sessionId)}`, ["binary"]);
    closing = null;
    channel.addEventListener("close", (event) => (closing = event));
    rfb = new RFB(host, channel, { shared: true });
    rfb.background = "transparent";
    rfb.addEventListener("connect", connected);
    rfb.addEventListener("disconnect", disconnected);
    rfb.addEventListener("credentialsrequired", ({ detail }) => prompt(detail.types));
    rfb.addEventListener("securityfailure", ({ detail }) => note(detail.reason ? `The VNC server refused: ${detail.reason}` : "The VNC server refused. Was the password right?", "danger"));
    rfb.addEventListener("serververification", verify);
    rfb.addEventListener("clipboard", ({ detail }) => offer(detail.text));
    fit();
  }

  function connected() {
    tries = 0;
    host.hidden = false;
    look.setAttribute("aria-pressed", "false");
    store.set({ picture: "live", transport: "vnc" });
    tell("live");
    byId("transport").textContent = "VNC";
    happened("The customer's screen came over VNC", "screen-share");
    fit();
    rfb.focus({ preventScroll: true });
  }

  function disconnected() {
    const was = closing;
    rfb = null;
    host.hidden = true;
    if (store.facts.transport === "vnc" || store.facts.picture === "starting") store.set({ picture: "none", transport: "" });
    if (was && was.code === 4403) return tell("ready", { text: "" }); // the rights tell the rest
    if (store.facts.vnc.state === "ready") return void settle(); // a newer connection is here already
    lost(was && was.code >= 4000 ? was.reason : "");
    if (store.facts.vnc.kind === "direct" && (!was || was.code < 4000) && (tries += 1) <= TRIES) setTimeout(again, RETRY);
  }

  function lost(text, kind) {
    if (!store.facts.vnc && kind === "direct" && !mayLook(store.facts)) return;
    if (store.facts.vnc && store.facts.vnc.state === "live") happened("The VNC connection ended", "screen-share-off");
    tell("lost", { text: text || "", ...(kind ? { kind } : {}) });
  }

  function close() {
    const closed = rfb;
    if (closed) closed.disconnect();
    if (store.facts.vnc) tell("ready", { text: "" });
  }

  function again() {
    if (rfb || !store.facts.joined || !mayLook(store.facts)) return;
    tell("ready", { text: "" });
    settle();
  }

  /** Fitted in, or one to one with scroll bars. */
  function fit() {
    if (rfb) rfb.scaleViewport = stage.dataset.view === "fit";
  }

  async function prompt(types = wanted) {
    wanted = types;
    tell("password");
    const fields = types.filter((type) => LABELS[type]).map((type, index) => h("div", { class: "mb-3" },
      h("label", { class: "form-label", htmlFor: `vnc-${type}` }, LABELS[type]),
      h("input", { class: "form-control", id: `vnc-${type}`, name: type, type: type === "password" ? "password" : "text", autocomplete: "off", autofocus: index === 0 })));
    const given = await ask({ title: "The customer's VNC server asks", fields, action: "Connect" });
    if (!given || !rfb) return;
    tell("connecting");
    rfb.sendCredentials(Object.fromEntries(given));
  }

  async function verify({ detail }) {
    const bytes = detail.publickey ? new Uint8Array(await crypto.subtle.digest("SHA-1", detail.publickey)).slice(0, 8) : [];
    const mark = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("-");
    const sure = await confirm({ title: "Is this the customer's VNC server?", text: `Its fingerprint is ${mark}. Compare it with the customer where it matters.`, action: "Connect" });
    if (rfb && sure) rfb.approveServer();
    else if (rfb) rfb.disconnect();
  }

  function offer(text) {
    if (!text || Date.now() - copied < QUIET) return;
    copied = Date.now();
    toast("The customer's computer copied text.", { action: "Copy it here", onAction: () => navigator.clipboard.writeText(text).catch(() => note("The browser does not let this page write to the clipboard.")) });
  }

  function key({ type, key: name, code }) {
    if (!rfb) return;
    const location = /Right$/.test(code) ? 2 : /Left$/.test(code) ? 1 : 0;
    rfb.sendKey(keysymOf({ key: name, code, location }), code, type === "keydown");
  }

  return {
    password: () => prompt(),
    again,
    /** The same control, which reaches the VNC server while its screen is shown. */
    over: (control) => ({
      pointer: control.pointer,
      key: (fields) => (rfb ? key(fields) : control.key(fields)),
      keys: (list) => (rfb ? list.forEach(key) : control.keys(list)),
      clipboard(text) {
        if (!rfb) return control.clipboard(text);
        rfb.clipboardPasteFrom(text);
        key({ type: "keydown", key: "Control", code: "ControlLeft" });
        press("v", { code: "KeyV" }).forEach(key);
        return key({ type: "keyup", key: "Control", code: "ControlLeft" });
      },
    }),
  };
}
