/** The recordings of a session beside its case: played, saved, deleted. */
import { del, get, sentence } from "../core/api.js";
import { confirm, toast } from "../core/dialog.js";
import { fill, h, icon } from "../core/dom.js";
import { bytes, dateTime, duration } from "../core/format.js";

const AGAIN = 2000; // ms until a recording that is being made is looked for again
const WORDS = {
  recording: "Being recorded now.",
  finishing: "Is being made ready…",
  failed: "Nothing of it can be played.",
  deleted: "Deleted.",
};

/** Show the recordings of `sessionId` in `place` and keep them true until all of them are settled. */
export async function showRecordings(place, sessionId, { mayDelete }) {
  const { recordings } = await get(`/api/sessions/${encodeURIComponent(sessionId)}/recordings`);
  place.hidden = !recordings.length;
  const known = new Map([...place.querySelectorAll("[data-recording]")].map((row) => [row.dataset.key, row]));
  const rows = recordings.map((each) => known.get(key(each)) || entry(each)); // a recording that plays goes on playing
  fill(place, h("div", { class: "card-header" }, h("h2", { class: "card-title" }, "Recordings")), h("div", { class: "list-group list-group-flush" }, rows));
  if (recordings.some(({ state }) => state === "recording" || state === "finishing"))
    setTimeout(() => showRecordings(place, sessionId, { mayDelete }).catch(() => {}), AGAIN);

  function entry(recording) {
    const { technicianName, startedAt, durationSeconds, size, state, videoUrl } = recording;
    const facts = [dateTime(startedAt), duration(durationSeconds), size ? bytes(size) : ""].filter(Boolean).join(" · ");
    const row = h("div", { class: "list-group-item", dataset: { recording: recording.id, state, key: key(recording) } });
    const head = h("div", { class: "d-flex align-items-center gap-2" },
      h("div", { class: "flex-fill ca-break" }, h("div", { class: "ca-break" }, technicianName), h("div", { class: "text-secondary small" }, facts)));
    if (videoUrl) head.append(h("a", { class: "btn btn-sm", href: videoUrl, download: "" }, icon("download"), "Save"));
    if (mayDelete && ["ready", "failed"].includes(state))
      head.append(h("button", { type: "button", class: "btn btn-sm btn-icon btn-ghost-danger", "aria-label": "Delete this recording", title: "Delete this recording", onclick: () => remove(recording) }, icon("trash")));
    const body = videoUrl ? h("video", { class: "ca-video", controls: true, preload: "metadata", src: videoUrl, playsinline: true })
      : h("p", { class: "text-secondary mb-0" }, WORDS[state] || "");
    return fill(row, head, body);
  }

  async function remove({ id, startedAt }) {
    const sure = await confirm({ title: "Delete this recording?", text: `The recording of ${dateTime(startedAt)} is gone for good.`, action: "Delete", danger: true });
    if (!sure) return;
    try {
      await del(`/api/recordings/${encodeURIComponent(id)}`);
      await showRecordings(place, sessionId, { mayDelete });
    } catch (error) {
      toast(sentence(error), { kind: "danger" });
    }
  }
}

const key = ({ id, state }) => `${id} ${state}`;
