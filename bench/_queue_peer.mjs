// The peer: contract 003's queue as the system that wrote it has it, Fastify over Redis. One sorted set of waiting
// commands for each device (by priority, then age), one of claimed ones (by the end of their time), one hash for each
// command; claim, extend and result are Lua scripts, so each is one step. Tokens are looked up in Redis at each call.
// What it leaves out and ours does: tenants, hashed tokens, an audit log, approvals, dead letters, idempotency,
// checking of bodies, rate limits. How durable it is, its Redis is told (appendfsync).
import { randomBytes, randomUUID } from "node:crypto";
import Fastify from "fastify";
import Redis from "ioredis";
import { WebSocketServer } from "ws";

const [, , port, redisPort] = process.argv;
const redis = new Redis(Number(redisPort), "127.0.0.1");
const app = Fastify({ logger: false });
const lines = new Map(); // device -> its WebSocket
const keys = (device) => [`queue:${device}`, `claimed:${device}`];

redis.defineCommand("take", { numberOfKeys: 2, lua: `
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, 100)) do
    redis.call('ZREM', KEYS[2], id)
    redis.call('ZADD', KEYS[1], redis.call('HGET', 'command:' .. id, 'score'), id)
  end
  local found = {}
  for i, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[3]) - 1)) do
    redis.call('ZREM', KEYS[1], id)
    redis.call('ZADD', KEYS[2], ARGV[2], id)
    redis.call('HSET', 'command:' .. id, 'token', ARGV[3 + i], 'state', 'claimed')
    found[i] = {id, redis.call('HGET', 'command:' .. id, 'body'), ARGV[3 + i]}
  end
  return found` });
redis.defineCommand("prolong", { numberOfKeys: 2, lua: `
  local until_ = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if not until_ then return 404 end
  if redis.call('HGET', 'command:' .. ARGV[1], 'token') ~= ARGV[2] or tonumber(until_) < tonumber(ARGV[3]) then
    return 403
  end
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
  return 200` });
redis.defineCommand("finish", { numberOfKeys: 2, lua: `
  local state = redis.call('HGET', 'command:' .. ARGV[1], 'state')
  if not state then return {404} end
  if state == 'done' then return {409} end
  local until_ = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if not until_ or redis.call('HGET', 'command:' .. ARGV[1], 'token') ~= ARGV[2]
      or tonumber(until_) < tonumber(ARGV[3]) then
    return {403}
  end
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('HSET', 'command:' .. ARGV[1], 'state', 'done', 'result', ARGV[4])
  return {200, redis.call('ZRANGE', KEYS[1], 0, 0)[1]}` });

async function claim(device, limit, hold) {
  const now = Date.now();
  const tokens = Array.from({ length: limit }, () => randomBytes(32).toString("hex"));
  const found = await redis.take(...keys(device), now, now + hold, limit, ...tokens);
  return found.map(([id, body, claimToken]) => (
    { id, ...JSON.parse(body), claimToken, visibleUntil: new Date(now + hold).toISOString() }));
}

app.addHook("onRequest", async (request, reply) => {
  if (request.url === "/healthz" || request.url === "/api/v1/device/auth") return;
  const token = request.headers["x-device-token"];
  request.device = token && await redis.get(`token:${token}`);
  if (!request.device) return reply.code(401).send({ error: { code: "UNAUTHORIZED", message: "Sign in", details: {} } });
});
app.get("/healthz", async () => ({ status: "ok", timestamp: new Date().toISOString() }));
app.post("/api/v1/device/auth", async ({ body }) => {
  const token = randomBytes(32).toString("hex");
  await redis.set(`token:${token}`, body.deviceId, "EX", 604800);
  return { token, expiresIn: 604800, deviceId: body.deviceId };
});
app.post("/api/v1/device/commands", async ({ device, body }, reply) => {
  const id = randomUUID(), score = (body.priority ?? 5) * 1e14 + Date.now();
  const [waiting] = keys(device);
  const stored = JSON.stringify({ type: body.command, parameters: body.parameters, priority: body.priority ?? 5 });
  await redis.multi().hset(`command:${id}`, { body: stored, state: "queued", score }).zadd(waiting, score, id).exec();
  const line = lines.get(device);
  if (line) {
    for (const command of await claim(device, 1, 300_000)) {
      line.send(JSON.stringify({ type: "command", payload: command }));
    }
  }
  return reply.code(201).send({ id, status: "queued" });
});
app.post("/api/v1/device/commands/claim", async ({ device, body }) => (
  { commands: await claim(device, body.limit ?? 1, body.visibilityTimeout ?? 300_000) }));
app.post("/api/v1/device/commands/:id/extend", async ({ device, body, params }, reply) => {
  const now = Date.now();
  const status = await redis.prolong(...keys(device), params.id, body.claimToken, now, now + body.extensionMs);
  return reply.code(status).send({ success: status === 200, visibleUntil: new Date(now + body.extensionMs).toISOString() });
});
app.post("/api/v1/device/commands/:id/result", async ({ device, body, params }, reply) => {
  const { claimToken, ...result } = body;
  const [status, next] = await redis.finish(...keys(device), params.id, claimToken, Date.now(), JSON.stringify(result));
  return reply.code(status).send({ success: status === 200, ...(next && { nextCommand: { id: next } }) });
});

const sockets = new WebSocketServer({ noServer: true });
app.server.on("upgrade", async (request, socket, head) => {
  const device = await redis.get(`token:${request.headers["x-device-token"]}`);
  if (!device) return socket.destroy();
  sockets.handleUpgrade(request, socket, head, (line) => {
    lines.set(device, line);
    line.on("close", () => lines.delete(device));
  });
});

await app.listen({ port: Number(port), host: "127.0.0.1" });
console.log("ready");
