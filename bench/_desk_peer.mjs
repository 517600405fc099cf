// The peer for live news: Node's `ws`, which tells every line of each changed ticket, written once. It keeps tickets in
// memory. What it leaves out: sign-in, scopes, the database, the history of a ticket, and what was missed meanwhile.
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";

const [, , port] = process.argv;
const tickets = new Map();
const http = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => { body += part; });
  request.on("end", () => {
    if (request.method !== "PUT") return response.end("ready");
    const id = Number(request.url.split("/").pop());
    const ticket = { ...tickets.get(id), ...JSON.parse(body), id, updated_at: new Date().toISOString() };
    tickets.set(id, ticket);
    const told = Buffer.from(JSON.stringify({ type: "ticket_updated", ticket }));
    for (const line of lines.clients) if (line.readyState === WebSocket.OPEN) line.send(told, { binary: false });
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(ticket));
  });
});
const lines = new WebSocketServer({ server: http, path: "/ws", perMessageDeflate: false });
http.listen(Number(port), "127.0.0.1");
