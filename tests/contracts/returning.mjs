// The contracts' clients over Socket.IO with their usual settings, which come back by themselves: 001's helper and
// dashboard, 000's agent and dashboard. A test says [who, event, data] in a line, which is emitted until it says another.
import { io } from "socket.io-client";

const { url, sessionId, cookie, deviceId, secret, token } = JSON.parse(process.argv[2]);
const say = (who, name, data) => console.log(JSON.stringify([`${who} ${name}`, data ?? null]));
setTimeout(() => process.exit(1), 180000).unref();

function client(who, address, options, greet) {
  const socket = io(address, { forceNew: true, reconnectionDelayMax: 2000, ...options });
  socket.onAny((name, data) => say(who, name, data));
  socket.on("connect", () => { say(who, "connect", socket.id); greet(socket); });
  socket.on("disconnect", (reason) => say(who, "disconnect", reason));
  socket.on("connect_error", (error) => say(who, "connect_error", error.message));
  return socket;
}

const everybody = {
  helper: client("helper", url, {}, (socket) => {
    socket.emit("join-session", { sessionId, role: "helper" });
    socket.emit("helper-capabilities", { sessionId, displays: [], capabilities: { platform: "win32" } });
  }),
  dashboard: client("dashboard", url, { extraHeaders: { Cookie: cookie } }, (socket) => socket.emit("join-session",
    { sessionId, role: "technician", technicianId: "7", technicianName: "Tina" })),
  agent: client("agent", `${url}/agent`, { query: { deviceId, hostname: "PC" }, auth: { deviceSecret: secret } },
    (socket) => socket.emit("heartbeat", { deviceId, timestamp: new Date().toISOString() })),
  it: client("it", `${url}/it`, { auth: { token } }, (socket) => socket.emit("watch_device", { deviceId })),
};
everybody.helper.on("connection-request", () => everybody.helper.emit("approval-response", { sessionId, approved: true }));

let heard = "", again;
process.stdin.on("data", (chunk) => {
  heard += chunk;
  const lines = heard.split("\n");
  heard = lines.pop();
  lines.map((line) => JSON.parse(line)).forEach(([who, name, data]) => {
    clearInterval(again);
    again = setInterval(() => everybody[who].connected && everybody[who].emit(name, data), 200);
  });
});
