// Contract 000's agent in JavaScript, as the document writes it: no acknowledgements. It comes, speaks, answers whatever
// it is asked, comes a second time when it is told goodbye, and goes.
import { io } from "socket.io-client";

const [address, deviceId, deviceSecret, transports] = process.argv.slice(2);
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));
const options = { reconnection: false, forceNew: true };
if (transports) options.transports = transports.split(","); // else as socket.io-client goes by itself
if (deviceSecret) options.auth = { deviceSecret };
const EMPTY = ["heartbeat", "chat_message", "diagnostic_result", "remediation_result", "system_tool_result",
  "system_profile"];
setTimeout(() => process.exit(1), 60000).unref();

const socket = io(address, { ...options, query: { deviceId, hostname: "DESKTOP-USER01" } });
socket.onAny((name, data) => say(name, data));
socket.on("connect", () => {
  say("transport", socket.io.engine.transport.name);
  EMPTY.forEach((name) => socket.emit(name));
  socket.emit("heartbeat", { deviceId, timestamp: new Date().toISOString() });
});
socket.once("ai_status", () => socket.emit("system_profile", {
  cpuModel: "Intel(R) Core(TM) i7-9700K CPU @ 3.60GHz", totalRamGB: 16, totalDiskGB: 512, processorCount: 8,
  osName: "Windows 11 Pro", osBuild: "22631", lastBootTime: "2026-01-01T08:00:00Z", uptimeHours: 3.25,
  loggedInUsers: ["anna"], networkAdapters: [{ Name: "Ethernet", Status: "Up", IPv4: "10.0.0.2" }] }));
socket.once("settings_request", ({ requestId }) => {
  socket.emit("settings_result", { requestId, settings: { theme: "dark" } });
  socket.emit("chat_message", { content: "My internet is slow" });
});
socket.on("diagnostic_request", ({ checkType }) => socket.emit("diagnostic_result", {
  checkType, status: "ok", results: { internetReachable: true, pingMs: 12 }, label: "Network", value: "12 ms",
  silent: false }));
socket.on("system_tool_request", ({ requestId, tool }) => socket.emit("system_tool_result", {
  requestId, tool, success: true, error: null,
  data: { processes: [{ pid: 4, name: "System", cpuPercent: 0.5, memoryMB: 1.5, user: "SYSTEM" }] } }));
socket.on("remediation_request", ({ requestId }) => socket.emit("remediation_result", {
  requestId, success: true, message: "DNS cache flushed", deviceId }));
socket.on("chat_response", ({ sender, text }) => sender === "it_tech" && text === "Goodbye" && comeAgain());
socket.on("disconnect", (reason) => say("disconnect", reason));
socket.on("connect_error", (error) => { say("connect_error", error.message); process.exit(1); });

function comeAgain() {
  const again = io(address, { ...options, query: { deviceId, hostname: "DESKTOP-USER01", lastSeenChat: "" } });
  again.onAny((name, data) => say(`again ${name}`, data));
  again.on("chat_history", (data) => {
    say("chat_history", data);
    again.close();
    socket.close();
  });
}
