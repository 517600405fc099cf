// Contract 003's customer portal: its requests with the customer's token, and its line, opened in the way that
// is asked for: `header` and `message` as the original's pages do, `query` as the document has it.
import WebSocket from "ws";

const [address, token, way = "header", ...devices] = process.argv.slice(2);
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));
const paths = { header: "/api/v1/customer/ws", message: "/api/v1/customer/ws", query: `/ws/customer?token=${token}` };
const line = new WebSocket(`${address.replace(/^http/, "ws")}${paths[way]}`,
  way === "header" ? { headers: { Authorization: `Bearer ${token}` } } : {});
const send = (message) => line.send(JSON.stringify(message));
setTimeout(() => { say("too long"); process.exit(1); }, 90000).unref();

async function call(method, path, body) {
  const answer = await fetch(`${address}/api/v1/customer${path}`, { method, body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) } });
  say(`${method} ${path.split("?")[0]}`, { status: answer.status, body: await answer.json() });
}

line.on("open", () => {
  say("open");
  if (way === "message") {
    send({ type: "get_system_info" }); // too early: an error, and the line goes on
    send({ type: "auth", token });
  }
});
line.on("message", async (raw) => {
  const message = JSON.parse(raw);
  say(message.type, message);
  if (message.type !== "auth_success") return;
  send({ type: "join_rooms" });
  send({ type: "get_system_info" });
  if (way === "query") devices.forEach((deviceId) => send({ type: "subscribe", deviceId }));
});
line.on("close", (code, reason) => { say("close", { code, reason: reason.toString() }); process.exit(0); });
line.on("error", (error) => say("line error", error.message));

// What a test wants said: a line of JSON each, a message for the line or [method, path, body] for a request.
let heard = "";
process.stdin.on("data", (chunk) => {
  heard += chunk;
  const whole = heard.split("\n");
  heard = whole.pop();
  whole.map((each) => JSON.parse(each)).forEach((said) => {
    if (said === "bye") process.exit(0);
    else if (Array.isArray(said)) call(...said);
    else if (said.type === "unsubscribe") send({ type: "unsubscribe", deviceId: said.deviceId });
    else send(said);
  });
});
