// Contract 001's own helper in JavaScript: no secret, a plain yes over HTTP, no acknowledgements.
import { io } from "socket.io-client";

const [url, sessionId, deviceId, transports] = process.argv.slice(2);
const socket = io(url, { transports: transports.split(","), reconnection: false });
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));
const offer = (target) => socket.emit("webrtc-offer", {
  sessionId, role: "helper", targetSocketId: target, offer: { type: "offer", sdp: `v=0 for ${target}` } });
let technicians = [];
let questions = 0;

function join() {
  socket.emit("join-session", { sessionId, role: "helper" });
  socket.emit("helper-capabilities", { sessionId, displays: [{ index: 0, label: "Main", width: 1920, height: 1080,
    primary: true }, { index: 1, label: "Side", width: 800, height: 600, primary: false }],
  capabilities: { robotjs: true, platform: "win32", displayCount: 2 } });
}

async function approve() {
  const answer = await fetch(`${url}/api/sessions/${sessionId}/approval`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ approved: true }) });
  say("approval", await answer.json());
  technicians.forEach(offer);
}

socket.onAny((name, data) => say(name, data));
socket.on("connect", () => {
  say("transport", socket.io.engine.transport.name);
  join();
});
socket.on("technician-joined", (who) => technicians.push(who.technicianSocketId));
socket.on("technicians-present", (data) => { technicians = data.technicians.map((who) => who.technicianSocketId); });
socket.on("connection-request", () => { // once by the documented call, once by the documented event
  questions += 1;
  if (questions === 1) approve();
  else socket.emit("approval-response", { sessionId, approved: true });
});
socket.on("webrtc-answer", (data) => socket.emit("webrtc-ice-candidate", { sessionId, role: "helper",
  targetSocketId: data.from, candidate: { candidate: "c", sdpMid: "0", sdpMLineIndex: 0 } }));
socket.on("list-remote-dir", ({ requestId }) => socket.emit("list-remote-dir-result", { sessionId, requestId,
  list: [{ name: "a.txt", path: "a.txt", isDirectory: false, size: 1, mtime: 1 }] }));
socket.on("get-remote-file", ({ requestId }) => socket.emit("get-remote-file-result", { sessionId, requestId,
  content: "eA==", name: "a.txt" }));
socket.on("put-remote-file", ({ requestId }) => socket.emit("put-remote-file-result", { sessionId, requestId,
  success: true }));
socket.on("chat-message", () => socket.emit("chat-message", { sessionId, message: "hello back", role: "user" }));
socket.on("file-available", () => { // it leaves and comes back, as after a loss
  socket.emit("leave-session", { sessionId });
  join();
});
socket.on("technician-left", () => { say("transport", socket.io.engine.transport.name); socket.close(); });
socket.on("connect_error", (error) => { say("connect_error", error.message); process.exit(1); });
