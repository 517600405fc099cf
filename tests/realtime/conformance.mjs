// What the public Socket.IO protocol promises, seen by its own client: one line of JSON for each finding.
import { io } from "socket.io-client";

const [url, token] = process.argv.slice(2);
const say = (name, value) => console.log(JSON.stringify([name, value]));
const open = (path, options) => io(url + path, { auth: { token }, reconnection: false, forceNew: true, ...options });
const ready = (socket) => new Promise((done, fail) => { socket.on("connect", done); socket.on("connect_error", fail); });

for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
  const name = transports.join("+"), socket = open("/", { transports });
  await ready(socket);
  const numbers = await Promise.all([...Array(100).keys()].map(
    (number) => socket.emitWithAck("no-such-event", { number }).then((answer) => answer.error_code && number)));
  say(`${name} acks`, numbers.every((number, index) => number === index));
  const large = await socket.emitWithAck("no-such-event", { text: "é".repeat(300000) });
  say(`${name} large`, large.error_code);
  const binary = await socket.emitWithAck("no-such-event", { a: new Uint8Array([0, 255]), b: [new Uint8Array(70000)] });
  say(`${name} binary`, binary.error_code);
  if (transports.length > 1 && socket.io.engine.transport.name !== "websocket") {
    await new Promise((done) => socket.io.engine.once("upgrade", done));
  }
  say(`${name} transport`, socket.io.engine.transport.name);
  const after = await socket.emitWithAck("no-such-event", {});
  say(`${name} after`, after.error_code);
  socket.disconnect();
}
const shared = open("/", { transports: ["websocket"] });
await ready(shared);
const stranger = shared.io.socket("/no-such-namespace", { auth: {} });
stranger.connect();
say("namespace", await ready(stranger).then(() => "connected", (error) => error.message));
say("namespace leaves the line alone", (await shared.emitWithAck("no-such-event", {})).error_code);
const refused = open("/", { transports: ["websocket"], auth: { token: "forged" } });
say("refused", await ready(refused).then(() => "connected", () => "refused"));
shared.disconnect();
refused.disconnect();
