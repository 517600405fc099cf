/**
 * The line of the page of one device: contract 000's namespace `/it`, on the same connection as everything else.
 *
 *   const line = deviceLine(id);
 *   line.on("device_chat_update", (event) => …);        only events about this device
 *   const { processes } = await line.tool("process_list");
 *   await line.say("request_diagnostic", { checkType: "disk" });
 *
 * What the server or the device refuses rejects with a Refused, whose message is a sentence.
 */
import { io } from "../../vendor/socket.io/socket.io.esm.min.js";
import { freshId } from "../core/ids.js";

const ANSWER = 10_000; // ms until the server must have taken an event
const TOOL = 65_000; // ms until the device must have answered; the server gives up a little before
const REFUSED_DELAY = 5_000; // ms
const OFFLINE = "The line to the server is down. It is being restored; try again in a moment.";
const SILENT = "The device did not answer in time. It may be busy; try again.";

/** A refusal, in words for a person. */
export class Refused extends Error {}

/** Watch a device. `onWatch` handlers run on every (re)connect, once the device is watched. */
export function deviceLine(deviceId) {
  const socket = io("/it", { transports: ["websocket", "polling"], reconnectionDelayMax: 5000 });
  const watching = new Set();
  socket.on("connect", async () => {
    await socket
      .timeout(ANSWER)
      .emitWithAck("watch_device", { deviceId })
      .catch(() => null);
    watching.forEach((tell) => tell());
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), REFUSED_DELAY);
  });
  const line = {
    /** Run `handler(payload)` on `event` of this device. */
    on(event, handler) {
      socket.on(event, (payload) => payload?.deviceId === deviceId && handler(payload));
    },
    onWatch(tell) {
      watching.add(tell);
      if (socket.connected) tell();
    },
    /** Send an event about this device; resolves to the acknowledgement. */
    async say(event, payload = {}) {
      if (!socket.connected) throw new Refused(OFFLINE);
      const answer = await acknowledged(socket, event, { deviceId, ...payload });
      if (answer && answer.ok === false) throw new Refused(answer.error || "The server refused this.");
      return answer;
    },
    /** What its user wrote was seen: to watch a device anew marks its chat as read. */
    seen: () => socket.emit("watch_device", { deviceId }),
    /** Have the device run a tool; resolves to what it found. */
    tool: (tool, params = {}) => ran(socket, line, tool, params),
  };
  return line;
}

async function acknowledged(socket, event, payload) {
  try {
    return await socket.timeout(ANSWER).emitWithAck(event, payload);
  } catch {
    throw new Refused(OFFLINE);
  }
}

async function ran(socket, line, tool, params) {
  const requestId = `tool-${freshId()}`;
  let stop = () => {};
  const answered = new Promise((resolve, reject) => {
    const heard = (result) => result?.requestId === requestId && resolve(result);
    const timer = setTimeout(() => reject(new Refused(SILENT)), TOOL);
    socket.on("system_tool_result", heard);
    stop = () => (clearTimeout(timer), socket.off("system_tool_result", heard));
  });
  answered.catch(() => null); // a refusal of the request comes first; nobody waits for the answer then
  try {
    await line.say("system_tool_request", { requestId, tool, params });
    const result = await answered;
    if (!result.success) throw new Refused(String(result.error || "The device could not do this."));
    return result.data || {};
  } finally {
    stop();
  }
}
