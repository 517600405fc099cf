// The peer: a plain socket.io 4 server that knows which devices are online and when each was seen last, in memory.
// Nobody proves who they are here and nothing is ever written: what our server does beyond this counts against ours.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { pingInterval: 2000, pingTimeout: 8000 });
const seen = new Map();

io.of("/").on("connection", () => {});
io.of("/agent").on("connection", (socket) => {
  const { deviceId } = socket.handshake.auth;
  seen.set(deviceId, Date.now());
  io.of("/it").emit("device_status_changed", { deviceId, status: "online" });
  socket.emit("agent_info", { agentName: "Ada" });
  socket.on("heartbeat", (data, done) => {
    seen.set(deviceId, Date.now());
    done?.({ ok: true });
  });
  socket.on("disconnect", () => io.of("/it").emit("device_status_changed", { deviceId, status: "offline" }));
});

http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
