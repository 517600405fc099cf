// A technician's page as contract 001 has it: the JavaScript client, polling first, no acknowledgements.
import { io } from "socket.io-client";

const [url, token, sessionId] = process.argv.slice(2);
const socket = io(url, { auth: { token }, transports: ["polling", "websocket"], reconnection: false });
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));

socket.onAny((name, data) => {
  say(name, data);
  if (name === "helper-status") socket.emit("remote-mouse", { kind: "mouse", type: "mousemove", x: 0.5, y: 0.5 });
  if (name === "screen-frame") {
    say("transport", socket.io.engine.transport.name);
    say("bytes", [...new Uint8Array(data.data)]);
    socket.close();
  }
});
socket.on("connect", () => socket.emit("join-session", { sessionId, role: "technician", technicianName: "Tina" }));
socket.on("connect_error", (error) => { say("connect_error", error.message); process.exit(1); });
