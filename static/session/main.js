/** The technician's session page: puts the parts together. Each part says in its own file what it does. */
import { del, sentence } from "../js/core/api.js";
import { confirm } from "../js/core/dialog.js";
import { byId } from "../js/core/dom.js";
import { live } from "../js/core/live.js";
import { showStory } from "./banner.js";
import { watchBrowser } from "./browser.js";
import { createChat } from "./chat.js";
import { complete, createConsent } from "./consent.js";
import { createControl } from "./control.js";
import { createFiles } from "./files.js";
import { createFolder } from "./folder.js";
import { showIdentity } from "./identity.js";
import { watchKeyboard } from "./keyboard.js";
import { wireMenus } from "./menus.js";
import { createPanels } from "./panels.js";
import { showPeople } from "./people.js";
import { createPicture } from "./picture.js";
import { watchMouse } from "./pointer.js";
import { createRecording } from "./recording.js";
import { createRelays } from "./relays.js";
import { createNotes, createSpeech, refusal } from "./say.js";
import { createScreen } from "./screen.js";
import { takeSeat } from "./seat.js";
import { BLANK, createStore } from "./store.js";
import { createTimeline } from "./timeline.js";
import { showRoute } from "./route.js";
import { showMonitors, showQuality, showRights, showSpecialKeys } from "./toolbar.js";
import { watchTouch } from "./touch.js";
import { createVnc } from "./vnc.js";

const root = byId("session");
const sessionId = root.dataset.sessionId;
const me = { id: document.body.dataset.meId, name: document.body.dataset.meName || "Technician" };
const wish = new URLSearchParams(location.search);
const store = createStore({ ...BLANK, quality: "balanced" });
const line = live();
const note = createNotes();
const speech = createSpeech({ line, sessionId, note });
const happened = createTimeline({ list: byId("timeline") });
const keyboard = byId("keyboard");
const surface = byId("screen");
let frames = 0;

const relays = createRelays({ sessionId });
const panels = createPanels({ root, tabs: byId("tabs"), toggle: byId("panel-toggle") });
const picture = createPicture({
  store, speech, line, video: byId("video"), canvas: byId("tiles"), iceServers: relays.servers,
  preferred: wish.get("transport") === "tiles" ? "tiles" : "webrtc", onFrame, onSwitch,
});
const vnc = createVnc({ store, line, sessionId, stage: byId("stage"), note, happened });
const control = vnc.over(createControl({ store, emit: speech.emit, channel: () => picture.channel }));
const screen = createScreen({ stage: byId("stage"), picture, keyboard });
const consent = createConsent({ store, line, sessionId, me, happened });
const chat = createChat({ line, sessionId, me, list: byId("messages"), form: byId("compose"), field: byId("message"), panels });
const files = createFiles({ store, line, sessionId, list: byId("transfers"), drop: byId("drop"), pick: byId("pick"), panels, happened, note });
const folder = createFolder({
  store, line, speech, files, sessionId, box: byId("folder"), list: byId("folder-list"), crumbs: byId("folder-path"),
  refresh: byId("folder-refresh"), note, happened,
});
const people = showPeople({ store, line, sessionId, list: byId("people"), me, happened, note });

const input = { surface, screen: screen.rect, control, onPress: () => keyboard.focus({ preventScroll: true }) };
watchMouse(input);
watchTouch(input);
watchKeyboard({
  field: keyboard, control, mayControl: () => store.may("control"), mayPaste: () => store.may("clipboard"),
  onRelease: () => keyboard.blur(), onPaste: paste, isMac: () => /^(mac|darwin)/i.test(String(store.facts.capabilities.platform || "")),
});
keyboard.addEventListener("focus", () => hint(store.may("control")));
keyboard.addEventListener("blur", () => {
  hint(false);
  keyboard.inputMode = "none";
});

byId("video").addEventListener("resize", screen.refresh);

wireMenus();
panels.onShow(shown);
showRights({ store, root });
showMonitors({ store, sessionId, note, happened });
showQuality({ store, speech });
showSpecialKeys({ store, control, refocus: () => keyboard.focus({ preventScroll: true }) });
showRoute({ store, root, picture });
const recording = createRecording({ store, line, sessionId, picture, consent, button: byId("record"), light: byId("recording"), note, happened });
showStory({
  store, root, banner: byId("banner"), curtain: byId("curtain"),
  act: {
    ask: consent.open, again: consent.again, vncPassword: vnc.password, vncAgain: vnc.again, dismiss: () => store.set({ answer: null, takenBack: [] }),
    case: () => location.assign(`/cases/new?session=${encodeURIComponent(sessionId)}`), dashboard: () => location.assign("/dashboard"),
  },
});

watchBrowser({
  store, line, speech, picture, bar: byId("browser"), happened,
  onHelper: (wanted) => {
    showIdentity({ store, sessionId });
    if (wanted && wanted !== "declined") consent.request(["view", "control"], "");
  },
});

byId("ask").addEventListener("click", consent.open);
byId("ask-files").addEventListener("click", () => consent.request(["files"], ""));
byId("paste").addEventListener("click", () => pasteMine());
byId("type").addEventListener("click", () => {
  keyboard.inputMode = "text";
  keyboard.blur();
  keyboard.focus();
});
byId("end").addEventListener("click", endSession);
line.on("event-error", (event) => {
  const isOurs = !event.sessionId || event.sessionId === sessionId;
  if (isOurs && event.event !== "join-session" && !store.facts.ended && !store.facts.refusal) note(refusal(event), "danger");
});

store.on((facts, changed) => {
  if (changed.has("rights")) rightsChanged(facts);
  if (changed.has("refusal") && facts.refusal) loadRecord();
  byId("compose").hidden = Boolean(facts.ended || facts.refusal);
  if (changed.has("helperOnline") && facts.helperOnline) {
    picture.afresh();
    helperCame();
  }
  if (changed.has("ended") && facts.ended) picture.stop();
  if ((changed.has("picture") || changed.has("joined")) && facts.joined && facts.picture === "live") speech.emit("viewer-state", { viewing: true });
});
const seat = takeSeat({ store, line, sessionId, me, happened, onSeated });
start();

async function start() {
  happened.load(sessionId);
  await Promise.all([showIdentity({ store, sessionId }), relays.servers()]);
}

function onSeated(answer) {
  people.joined(answer);
  loadRecord();
  helperCame();
}

/** What was said and sent so far; a session that is over still shows it. */
function loadRecord() {
  chat.load();
  files.load();
}

/** The helper is there: ask for what the address wished for (once), and for the picture where it is allowed. */
function helperCame() {
  const { helperOnline, joined } = store.facts;
  if (!helperOnline || !joined) return;
  picture.start();
  const rights = complete((wish.get("rights") || "").split(",").filter(Boolean));
  if (!rights.length) return;
  const reason = wish.get("reason") || "";
  for (const name of ["rights", "reason"]) wish.delete(name);
  history.replaceState(null, "", `${location.pathname}${wish.size ? `?${wish}` : ""}`); // a reload must not ask again
  consent.request(rights, reason);
}

function rightsChanged({ rights }) {
  if (!rights.includes("view")) picture.stop();
  else if (store.facts.picture === "none") picture.start();
  byId("paste").disabled = !rights.includes("clipboard");
  byId("files-need").hidden = rights.includes("files");
  byId("folder").hidden = byId("drop").hidden = !rights.includes("files");
  keyboard.tabIndex = rights.includes("control") ? 0 : -1; // nothing to stop at while it does nothing
  surface.dataset.control = String(rights.includes("control"));
  if (document.activeElement === keyboard) hint(rights.includes("control"));
  if (rights.includes("files") && panels.isShown("files")) folder.refresh();
}

function shown(name) {
  if (name === "chat") chat.read();
  if (name === "files") {
    files.read();
    folder.refresh();
  }
}

function onFrame(transport) {
  recording.touch();
  if (transport === "tiles") resized();
  root.dataset.frames = String((frames += 1));
}

/** A canvas, unlike a video, does not say when its picture has another size. */
function resized() {
  const shape = `${picture.source.width}×${picture.source.height}`;
  if (shape === root.dataset.shape) return;
  root.dataset.shape = shape;
  screen.refresh();
}

function onSwitch(transport, why) {
  screen.refresh();
  if (why) note(`${why}. Using compatibility mode; “Route” goes back.`);
  if (why) happened(`${why}: compatibility mode`, "network");
}

function hint(visible) {
  byId("key-hint").hidden = !visible;
  byId("stage").dataset.captured = String(visible);
}

function paste(text) {
  if (!text) return note("Your clipboard holds no text.");
  control.clipboard(text);
  happened(`You pasted ${[...text].length} characters`, "clipboard");
}

async function pasteMine() {
  try {
    paste(await navigator.clipboard.readText());
  } catch {
    note("The browser does not let this page read the clipboard. Click into the picture and press Ctrl+V instead.");
  }
  keyboard.focus({ preventScroll: true });
}

async function endSession() {
  const sure = await confirm({ title: "End this session?", text: "The customer's computer is let go at once. You can write the case afterwards.", action: "End session", danger: true });
  if (!sure) return;
  try {
    await del(`/api/sessions/${encodeURIComponent(sessionId)}`);
    seat.ended("technician");
  } catch (error) {
    note(sentence(error), "danger");
  }
}
