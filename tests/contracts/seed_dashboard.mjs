// Contract 001's dashboard in JavaScript: the cookie, no acknowledgements, control events without a sessionId.
import { io } from "socket.io-client";

const [url, sessionId, cookie, transports] = process.argv.slice(2);
const socket = io(url, { transports: transports.split(","), reconnection: false, extraHeaders: { Cookie: cookie } });
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));
const held = { ctrlKey: false, shiftKey: false, altKey: false, metaKey: false };
let hasLeft = false;

socket.onAny((name, data) => say(name, data));
socket.on("connect", () => {
  say("transport", socket.io.engine.transport.name);
  socket.emit("join-session", { sessionId, role: "technician", technicianId: "7", technicianName: "Tina" });
});
socket.on("webrtc-offer", (data) => socket.emit("webrtc-answer", { sessionId, answer: { type: "answer", sdp: "v=0" },
  targetSocketId: data.from }));
socket.on("webrtc-ice-candidate", () => {
  socket.emit("webrtc-ice-candidate", { sessionId, role: "technician", candidate: { candidate: "t", sdpMid: "0",
    sdpMLineIndex: 0 } });
  socket.emit("viewer-state", { sessionId, viewing: true, technicianId: "7" });
  socket.emit("remote-mouse", { kind: "mouse", type: "mousemove", x: 0.25, y: 0.5, button: 0 });
  socket.emit("remote-keyboard", { kind: "keyboard", type: "keydown", key: "a", code: "KeyA", keyCode: 65, ...held });
  socket.emit("remote-clipboard", { sessionId, text: "pasted" });
  socket.emit("set-stream-quality", { sessionId, quality: "speed" });
  socket.emit("list-remote-dir", { sessionId, path: "", requestId: "list-1" });
});
socket.on("list-remote-dir-result", () => socket.emit("get-remote-file", { sessionId, path: "a.txt", requestId: "get-1" }));
socket.on("get-remote-file-result", () => socket.emit("put-remote-file", { sessionId, path: "", filename: "b.txt",
  content: "eA==", requestId: "put-1" }));
socket.on("put-remote-file-result", () => socket.emit("chat-message", { sessionId, text: "hello", role: "technician" }));
socket.on("session-updated", (data) => {
  if (data.sessionId !== sessionId) return;
  if (hasLeft && data.active_technicians === 0) {
    say("transport", socket.io.engine.transport.name);
    socket.close();
  } else if (!hasLeft && (data.rights || []).includes("commands")) {
    hasLeft = true;
    socket.emit("leave-session", { sessionId });
  }
});
socket.on("connect_error", (error) => { say("connect_error", error.message); process.exit(1); });
