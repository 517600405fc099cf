// Contract 003's device agent, as it is: it knows its session token in one header only, takes over any nextHeartbeat,
// greets twice, acts on {type: "command", payload} and on nothing else, and tells what came of it over HTTP.
// `document` plays the device of the document instead: its secret in the query, `data`, results over the line.
import WebSocket from "ws";

const [address, deviceId, deviceSecret, way = "agent", pace = "1"] = process.argv.slice(2);
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));
const api = `${address}/api/v1/device`;
let token = "", interval = 30000, tries = 0, beating;
setTimeout(() => { say("too long"); process.exit(1); }, 90000).unref();

async function post(path, body, options = {}) {
  const answer = await fetch(`${api}${path}`, { method: "POST", body: JSON.stringify(body), ...options,
    headers: { "Content-Type": "application/json", ...(token && { "X-Device-Session": token }) } });
  return { status: answer.status, ok: answer.ok, body: await answer.json() };
}

async function signIn() {
  const { body, status } = await post("/auth", { deviceId, deviceSecret });
  if (status !== 200) { say("refused", { status, body }); process.exit(0); }
  token = body.token;
  setTimeout(signIn, body.expiresIn * 1000).unref(); // beyond 2^31 ms it would fire at once, again and again
  say("auth", body);
}

async function beat() {
  try {
    const { body } = await post("/heartbeat", { timestamp: new Date().toISOString(), status: "healthy",
      metrics: { cpu: 12.5, memory: 40, uptime: 3600 } }, { signal: AbortSignal.timeout(1000) });
    if (body.nextHeartbeat) interval = body.nextHeartbeat;
    (body.commands ?? []).forEach(execute);
    say("heartbeat", body);
  } catch (error) { say("heartbeat gave up", error.name); }
  clearTimeout(beating);
  beating = setTimeout(beat, interval);
}

async function tell(id, result) {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const { status, ok, body } = await post(`/commands/${id}/result`, result);
    if (ok || status < 500) { say("result", { id, status, body }); return; }
    await new Promise((resolve) => { setTimeout(resolve, 1000 * attempt * Number(pace)); });
  }
  say("result lost", { id });
}

async function execute({ id, type, parameters, claimToken }) {
  const executedAt = new Date().toISOString();
  if (type === "EXECUTE_SCRIPT" || type === "CANCEL_EXECUTION") {
    const status = type === "EXECUTE_SCRIPT" ? "success" : "cancelled";
    await tell(id, { status, result: { exitCode: 0, package: parameters.packageId }, executedAt });
  } else if (type === "fail") {
    await tell(id, { claimToken, status: "failure", error: "It broke", executedAt, duration: 5 });
  } else if (type !== "hold") { // one that is never answered
    await tell(id, { claimToken, status: "success", output: `did ${type}`, executedAt, duration: 12 });
  }
}

function connect() {
  const line = new WebSocket(`${address.replace(/^http/, "ws")}/api/v1/device/ws`,
    { headers: { "X-Device-Session": token }, perMessageDeflate: false });
  const send = (message) => line.send(JSON.stringify(message));
  let pinging;
  line.on("open", () => {
    tries = 0;
    say("open");
    send({ type: "connected" });
    send({ type: "connected" });
    pinging = setInterval(() => line.ping(), 30000 * Number(pace));
  });
  line.on("ping", () => say("ping"));
  line.on("message", (raw) => {
    const message = JSON.parse(raw);
    say(message.type, message);
    if (message.type === "command" && message.payload) execute(message.payload);
  });
  line.on("error", (error) => say("line error", error.message));
  line.on("close", (code, reason) => {
    clearInterval(pinging);
    say("close", { code, reason: reason.toString() });
    if (code === 1008 || (tries += 1) > 10) process.exit(0);
    const wait = Math.min(5000 * 2 ** (tries - 1), 30000);
    setTimeout(connect, wait * (1 + 0.3 * Math.random()) * Number(pace));
  });
}

// The device of the document, and the flat messages that the original's server takes besides.
function document() {
  const query = new URLSearchParams({ deviceId, deviceSecret });
  const line = new WebSocket(`${address.replace(/^http/, "ws")}/ws/device?${query}`);
  const send = (message) => line.send(JSON.stringify(message));
  let done = 0;
  const result = ({ id, type, claimToken }) => ({ commandId: id, claimToken, status: "success", output: `did ${type}`,
    executedAt: new Date().toISOString(), duration: 3 });
  line.on("open", () => {
    say("open");
    send({ type: "status", data: { status: "busy", metrics: { cpu: 1, memory: 2, uptime: 3 } } });
    send({ type: "heartbeat", status: "online", requestId: "beat-1" });
    send({ type: "status_update", status: "error" });
    send({ type: "claim_command", requestId: "claim-1" });
  });
  line.on("message", (raw) => {
    const message = JSON.parse(raw);
    say(message.type, message);
    if (message.type === "command") {
      done += 1;
      send(done % 2 ? { type: "command_result", data: result(message.data) }
        : { type: "command_result", requestId: "flat", ...result(message.data) });
    }
    if (message.type === "config_update") say("config", message.data);
  });
  line.on("close", (code, reason) => { say("close", { code, reason: reason.toString() }); process.exit(0); });
  line.on("error", (error) => say("line error", error.message));
}

process.stdin.on("data", (said) => {
  const word = said.toString().trim();
  if (word === "bye") process.exit(0);
  if (word === "beat") beat();
});
if (way === "document") {
  document();
} else {
  await signIn();
  await beat();
  connect();
}
