// Contract 001's dashboard in JavaScript: the cookie, no acknowledgements, control events without a sessionId.
import { io } from "socket.io-client";

const [url, sessionId, cookie, transports] = process.argv.slice(2);
const socket = io(url, { transports: transports.split(","), reconnection: false, extraHeaders: { Cookie: cookie } });
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));

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
  socket.emit("remote-mouse", { kind: "mouse", type: "mousemove", x: 0.25, y: 0.5, button: 0 });
  socket.emit("chat-message", { sessionId, text: "hello", role: "technician" });
});
socket.on("chat-message", () => socket.emit("remote-keyboard", { kind: "keyboard", type: "keydown", key: "a",
  code: "KeyA", keyCode: 65, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false }));
socket.on("peer-disconnected", () => { say("transport", socket.io.engine.transport.name); socket.close(); });
socket.on("connect_error", (error) => { say("connect_error", error.message); process.exit(1); });
