// Contract 001's own helper in JavaScript: no secret, a plain yes over HTTP, no acknowledgements.
import { io } from "socket.io-client";

const [url, sessionId, deviceId, transports] = process.argv.slice(2);
const socket = io(url, { transports: transports.split(","), reconnection: false });
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));
const offer = (target) => socket.emit("webrtc-offer", {
  sessionId, role: "helper", targetSocketId: target, offer: { type: "offer", sdp: `v=0 for ${target}` } });
let technicians = [];

socket.onAny((name, data) => say(name, data));
socket.on("connect", () => {
  say("transport", socket.io.engine.transport.name);
  socket.emit("join-session", { sessionId, role: "helper" });
  socket.emit("helper-capabilities", { sessionId, displays: [], capabilities: { robotjs: true, platform: "win32",
    displayCount: 1 } });
});
socket.on("technician-joined", (who) => technicians.push(who.technicianSocketId));
socket.on("technicians-present", (data) => { technicians = data.technicians.map((who) => who.technicianSocketId); });
socket.on("connection-request", async () => {
  const answer = await fetch(`${url}/api/sessions/${sessionId}/approval`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ approved: true }) });
  say("approval", await answer.json());
  technicians.forEach(offer);
});
socket.on("webrtc-answer", (data) => socket.emit("webrtc-ice-candidate", { sessionId, role: "helper",
  targetSocketId: data.from, candidate: { candidate: "c", sdpMid: "0", sdpMLineIndex: 0 } }));
socket.on("chat-message", () => socket.emit("chat-message", { sessionId, message: "hello back", role: "user" }));
socket.on("remote-keyboard", () => { say("transport", socket.io.engine.transport.name); socket.close(); });
socket.on("connect_error", (error) => { say("connect_error", error.message); process.exit(1); });
