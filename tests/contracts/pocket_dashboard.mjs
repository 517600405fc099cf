// Contract 000's dashboard in JavaScript, as the document writes it: a token in `auth`, or none on the server's own
// computer; no acknowledgements. It watches a device and asks it for one thing after the other.
import { io } from "socket.io-client";

const [url, prefix, deviceId, token, transports] = process.argv.slice(2);
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));
const options = { reconnection: false };
if (transports) options.transports = transports.split(","); // else as socket.io-client goes by itself
if (token) options.auth = { token };
const EMPTY = ["watch_device", "unwatch_device", "chat_to_device", "request_diagnostic", "system_tool_request"];
setTimeout(() => process.exit(1), 60000).unref();

const post = (path, body) => fetch(`${url}${prefix}/api/${path}`, { method: "POST", body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) } });
const ours = (handle) => (data) => data.deviceId === deviceId && handle(data);

const socket = io(`${url}${prefix}/it`, options);
socket.onAny((name, data) => (data.deviceId ?? data.device_id ?? deviceId) === deviceId && say(name, data));
socket.on("connect", () => {
  say("transport", socket.io.engine.transport.name);
  EMPTY.forEach((name) => socket.emit(name));
  socket.emit("watch_device", { deviceId });
});
socket.on("device_chat_update", ours(({ message }) => {
  if (message.sender === "user") socket.emit("request_diagnostic", { deviceId, checkType: "network" });
}));
socket.on("device_diagnostic_update", ours(() => socket.emit("system_tool_request", {
  deviceId, requestId: "tool-1", tool: "process_list", params: {} })));
socket.on("system_tool_result", ours(() => post("tickets/manual", { device_id: deviceId, title: "No internet",
  priority: "high" })));
socket.on("ticket_created", ours(() => post(`devices/${deviceId}/remediations`, { actionId: "flush_dns" })));
socket.on("device_remediation_update", ours(() => {
  socket.emit("chat_to_device", { deviceId, content: "Hi, I can help with that issue" });
  socket.emit("unwatch_device", { deviceId });
  socket.emit("chat_to_device", { deviceId, content: "Goodbye" });
}));
let wasThere = false;
socket.on("device_status_changed", ours(({ status }) => {
  if (wasThere && status === "offline") socket.close();
  wasThere = status === "online";
}));
socket.on("disconnect", (reason) => say("disconnect", reason));
socket.on("connect_error", (error) => { say("connect_error", error.message); process.exit(1); });
