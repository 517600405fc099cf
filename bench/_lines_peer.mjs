// The peer: a WebSocket server of Node's `ws` that knows each device by its query, keeps it in a map and pings it as
// often as ours does. What it leaves out and ours does: secrets, presence, the queue, limits, the rules of messages.
import { WebSocketServer } from "ws";

const [, , port] = process.argv;
const lines = new Map();
const server = new WebSocketServer({ port: Number(port), host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", (line, request) => {
  const device = new URL(request.url, "http://x").searchParams.get("deviceId");
  lines.set(device, line);
  line.isThere = true;
  line.on("pong", () => { line.isThere = true; });
  line.on("close", () => lines.delete(device));
});
setInterval(() => {
  for (const line of lines.values()) {
    if (!line.isThere) line.terminate();
    line.isThere = false;
    line.ping();
  }
}, 25000);
