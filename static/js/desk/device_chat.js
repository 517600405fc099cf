/** The chat with whoever sits at the device: what they, the assistant and staff say; the assistant's proposals. */
import { get, post } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { byId, fill, h, icon, since } from "../core/dom.js";
import { sendOnEnter } from "../core/compose.js";
import { gently } from "../core/live.js";
import { proposal } from "./device_proposals.js";
import { attempt, said, tool } from "./device_parts.js";
import { showFailure } from "./empty.js";

const MOST = 100; // messages shown; older ones on request
const SIDES = { user: "their", it_tech: "ours", ai: "ai", system: "system" };
const MODES = [
  ["enabled", "Assistant answers", "The assistant answers whoever writes from the device."],
  ["temporary", "Assistant paused", "The assistant is quiet while you talk, and comes back by itself."],
  ["permanent", "Assistant off", "The assistant stays quiet on this device until somebody switches it on."],
];

/** Wire the chat in `place`; `count(number)` is told how many messages nobody on this page has seen. */
export function chatPart(device, place, count) {
  let [messages, limit, seen] = [[], MOST / 2, null];
  const load = gently(() => read(), { wait: 1000 });
  for (const event of ["device_chat_update", "device_proposal_accepted"]) device.line.on(event, load);
  device.line.on("device_ai_changed", (event) => {
    if (device.row) Object.assign(device.row, { ai_disabled: event.ai_disabled, ai_resumes_at: event.resumesAt });
    switcher();
  });
  addEventListener("focus", () => messages.length && mark());
  if (device.mayAct) sendOnEnter(byId("compose"), byId("message"), send);

  async function read() {
    try {
      messages = await get(`/api/chat/${encodeURIComponent(device.id)}?limit=${limit}`);
      draw();
      mark();
    } catch (error) {
      showFailure(byId("messages"), error, { retry: load });
    }
  }

  /** Keep to the end of the talk, unless somebody reads further up. */
  function draw() {
    const box = byId("messages");
    const wasAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
    const older =
      messages.length >= limit && limit < MOST
        ? tool("Earlier messages", "history", () => ((limit = MOST), load()))
        : null;
    const newest = messages.findLast((each) => each.metadata); // the only proposal that can still be accepted
    const none = h(
      "li",
      { class: "cd-note" },
      "Nothing was said yet. What you write appears on the device, in the helper's window.",
    );
    fill(
      box,
      older ? h("li", { class: "cd-note" }, older) : null,
      messages.length ? messages.map((each) => bubble(each, newest)) : none,
    );
    if (wasAtEnd) box.scrollTop = box.scrollHeight;
    switcher();
  }

  function bubble(message, newest) {
    const side = SIDES[message.sender] || "system";
    const name = {
      their: message.sender_name || "At the device",
      ours: message.sender_name || "Staff",
      ai: message.sender_name || "Assistant",
      system: "",
    }[side];
    return h(
      "li",
      { class: `cd-bubble cd-${side}`, dataset: { message: message.id } },
      h(
        "div",
        { class: "cd-who" },
        side === "ai" ? icon("robot") : null,
        said(name, { never: "", most: 120 }),
        " ",
        since(message.created_at, { never: "" }),
      ),
      h("div", { class: "cd-said" }, said(message.content, { never: "", most: 10_000 })),
      proposal(message, { isNewest: message === newest, mayAct: device.mayAct, whyNot: device.row?.whyNot, accept }),
    );
  }

  async function accept(message, button) {
    const path = `/api/chat/${encodeURIComponent(device.id)}/accept`;
    if (!(await attempt(button, () => post(path, { messageId: message.id })))) return;
    toast("Done as proposed.", { kind: "success" });
    load();
  }

  async function send() {
    const field = byId("message");
    const content = field.value.trim();
    if (!content) return;
    const button = byId("compose").querySelector("button");
    if (!(await attempt(button, () => device.line.say("chat_to_device", { content })))) return;
    field.value = "";
    field.focus();
    load();
  }

  /** On, paused or off; a viewer only reads it. */
  function switcher() {
    const mode = modeOf(device.row);
    const [, label, title] = MODES.find(([value]) => value === mode) || MODES[0];
    if (!device.mayAct) return void fill(byId("chat-assistant"), h("span", { class: "ca-state", title }, label));
    const select = h(
      "select",
      { class: "form-select form-select-sm w-auto", "aria-label": "The assistant on this device", title },
      MODES.map(([value, words]) => h("option", { value, selected: value === mode }, words)),
    );
    select.addEventListener("change", async () => {
      if (await attempt(null, () => device.line.say("set_device_ai", { mode: select.value })))
        device.row.ai_disabled = select.value === "enabled" ? null : select.value;
      switcher();
    });
    return void fill(byId("chat-assistant"), select);
  }

  /** What was on the screen is read; the rest is counted at the tab. */
  function mark() {
    const newest = messages.at(-1)?.id ?? 0;
    const isSeen = place.offsetParent !== null && document.visibilityState === "visible";
    if (isSeen && messages.some((each) => each.sender === "user" && each.id > (seen ?? newest))) device.line.seen();
    if (isSeen || seen === null) seen = newest;
    count(messages.filter((each) => each.sender === "user" && each.id > seen).length);
  }

  return {
    show() {
      load();
      if (messages.length) mark();
    },
    changed: draw,
  };
}

/** A pause ends by itself. */
function modeOf(row) {
  const mode = row?.ai_disabled || "enabled";
  return mode === "temporary" && !(Date.parse(row.ai_resumes_at) > Date.now()) ? "enabled" : mode;
}
