/** Recording: asked for like every right, made on this page, and shown to everyone in the session while it runs. */
import { call, post, sentence } from "../js/core/api.js";
import { fill, h } from "../js/core/dom.js";
import { createCanvasRecorder, supportedType } from "./canvas_recorder.js";
import { createChunkUploader } from "./chunk_uploader.js";

const REASONS = {
  full: "there is no room left for recordings on the server",
  revoked: "the customer took the right back",
  ended: "the session is over",
};

/** How many ms a part may take: a call that hangs is soon made again, and a slow line (128 kbit/s) gets its part through. */
const patience = ({ size }) => 15_000 + size / 16;

/** "0:42", "12:05" or "1:02:05". */
export function elapsed(milliseconds) {
  const all = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** `{touch()}`: call it when the picture has changed. `button` begins and stops, `light` says that something is recorded. */
export function createRecording({ store, line, sessionId, picture, consent, button, light, note, happened, now = Date.now }) {
  const recorder = createCanvasRecorder({ source: () => picture.source, onChunk: (blob) => mine && mine.uploader.push(blob) });
  let mine = null; // {id, uploader} of this page's recording
  let busy = false;
  let running = [];

  button.addEventListener("click", press);
  line.on("recording-changed", (event) => event.sessionId === sessionId && changed(event));
  store.on((facts, names) => {
    if (mine && !store.may("recording")) cancel();
    if (facts.ended) running = [];
    if (["rights", "ended", "asking", "picture", "transport"].some((name) => names.has(name))) show();
  });
  setInterval(show, 1000);

  async function press() {
    if (busy) return;
    busy = true;
    show();
    try {
      await (mine ? stop() : begin());
    } catch (error) {
      note(sentence(error), "danger");
    }
    busy = false;
    show();
  }

  async function begin() {
    if (!supportedType()) return note("This browser can't record in a format that plays everywhere. Use Chrome, Edge or Firefox.", "danger");
    if (!store.may("recording")) await consent.request(["recording"]);
    if (!store.may("recording")) return; // the page says what the customer answered
    const { recording, chunkSeconds } = await post(`/api/sessions/${encodeURIComponent(sessionId)}/recordings`);
    if (!store.may("recording")) return;
    const path = `/api/recordings/${encodeURIComponent(recording.id)}`;
    const uploader = createChunkUploader({
      put: (number, blob) => call("PUT", `${path}/chunks/${number}`, { body: blob, signal: AbortSignal.timeout(patience(blob)) }),
      onRefused: (error) => refused(error),
    });
    mine = { id: recording.id, path, uploader };
    recorder.start(chunkSeconds * 1000);
  }

  async function stop() {
    const ending = mine;
    await recorder.stop();
    await ending.uploader.done();
    if (mine === ending) mine = null;
    await post(`${ending.path}/stop`);
  }

  /** The right or the session went: what was recorded last stays here. */
  function cancel() {
    mine.uploader.drop();
    mine = null;
    recorder.cancel();
  }

  function refused(error) {
    if (!mine) return;
    const { path } = mine;
    cancel();
    if (!error || ![403, 507].includes(error.status)) post(`${path}/stop`).catch(() => {}); // then nobody is told that it runs
    note(error ? `The recording has stopped. ${sentence(error)}` : "The recording has stopped: the server was out of reach for too long.", "danger");
    show();
  }

  function changed({ recordings, stopped }) {
    const before = new Set(running.map(({ id }) => id));
    running = (Array.isArray(recordings) ? recordings : []).map((each) => ({ ...each, since: Math.min(now(), new Date(each.startedAt).getTime() || now()) }));
    for (const each of running) if (!before.has(each.id)) happened(`${named(each)} started recording`, "player-record");
    if (stopped) happened(`The recording by ${named(stopped)} stopped${REASONS[stopped.reason] ? `: ${REASONS[stopped.reason]}` : ""}`, "player-stop");
    if (stopped && stopped.reason === "full" && !(mine && mine.id === stopped.id)) note(`The recording stopped: ${REASONS.full}.`, "danger");
    show();
  }

  function show() {
    const may = store.may("view") && store.facts.picture !== "none";
    button.hidden = store.facts.transport === "vnc" && !mine; // such a customer sees no question and no sign that it runs
    button.disabled = busy || !(mine || (may && !store.facts.asking));
    button.setAttribute("aria-pressed", String(Boolean(mine)));
    button.querySelector(".cs-tool-text").textContent = mine ? "Stop recording" : "Record";
    button.title = mine ? "Stop recording" : "Record the screen; the customer is asked";
    light.hidden = !running.length;
    if (!running.length) return;
    const oldest = Math.min(...running.map(({ since }) => since));
    fill(light, h("span", { class: "cs-rec-dot", "aria-hidden": "true" }), h("span", { class: "visually-hidden" }, "Recording, "), h("span", { class: "cs-rec-text", "aria-hidden": "true" }, "REC "), elapsed(now() - oldest));
    light.title = `Recorded by ${running.map(named).join(" and ")}`;
  }

  return { touch: recorder.touch };
}

const named = ({ technicianName }) => technicianName || "a technician";
