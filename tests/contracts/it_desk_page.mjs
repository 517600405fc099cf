// Contract 004's React client: the calls of its pages in their order and shape, with plain fetch, and its WebSocket.
// The second argument says whose pages: `customer` registers, `agent` signs in with the name and password that follow.
import WebSocket from "ws";

const [address, who, username, password, ticketId] = process.argv.slice(2);
const say = (name, data) => console.log(JSON.stringify([name, data ?? null]));
setTimeout(() => { say("too long"); process.exit(1); }, 90000).unref();

const store = new Map(); // its localStorage
async function api(method, path, body) {
  const answer = await fetch(`${address}${path}`, {
    method, body: body === undefined ? undefined : JSON.stringify(body),
    headers: { "Content-Type": "application/json",
      ...(store.has("token") && { Authorization: `Bearer ${store.get("token")}` }) } });
  const data = await answer.json();
  say(`${method} ${path}`, { status: answer.status, data });
  if (answer.status === 401) { // its interceptor: whatever the call, the token is gone
    store.delete("token");
    say("signed out", path);
  }
  return { ok: answer.ok, data };
}

// What it does with the answers, so far as that breaks when a field is missing or of another type.
const shownTicket = (ticket) => [ticket.title, ticket.status.replace("_", " "), ticket.priority.toUpperCase(),
  new Date(ticket.created_at).toLocaleString(), (ticket.description ?? "").slice(0, 100)];
const shownLog = (log) => [log.level.toLowerCase(), log.message.toLowerCase(), log.source.toLowerCase(), log.id,
  new Date(log.timestamp).toISOString()];

async function signIn() {
  if (who === "customer") {
    const { data } = await api("POST", "/api/auth/register", { username, email: `${username}@example.com`, password,
      fullName: "Rea Ct", role: "customer" });
    if (!data.access_token) throw new Error("registering failed");
    store.set("token", data.access_token);
  }
  const { data } = await api("POST", "/api/auth/login", { username: `${username}@example.com`, password });
  store.set("token", data.access_token);
  const user = data.user ?? (await api("GET", "/api/auth/me")).data;
  const me = (await api("GET", "/api/auth/me")).data; // on every load of a page
  if (me.id !== user.id) throw new Error("somebody else");
}

async function dashboard() {
  const [health, metrics] = await Promise.all([api("GET", "/api/dashboard/health"),
    api("GET", "/api/dashboard/metrics")]);
  const card = ["cpu_usage", "memory_usage", "disk_usage", "uptime_hours"].map((name) => health.data[name].toFixed(1));
  const charts = ["cpu_history", "memory_history", "disk_history"].map((name) => metrics.data[name].map(
    (point) => [new Date(point.timestamp).toLocaleTimeString(), point.value.toFixed(1)]));
  metrics.data.recent_tickets.forEach((ticket) => ticket.status.replace("_", " "));
  metrics.data.recent_alerts.forEach((alert) => alert.severity.toLowerCase());
  const logs = (await api("GET", "/api/dashboard/logs")).data;
  (Array.isArray(logs) ? logs : logs.logs).forEach(shownLog);
  say("dashboard", { card, points: charts.map((points) => points.length), green: health.data.status });
}

async function tickets() {
  const [list, figures] = await Promise.all([api("GET", "/api/tickets?status=&priority=&search="),
    api("GET", "/api/analytics/tickets")]);
  if (!list.ok || !figures.ok) throw new Error("the tickets page fails");
  say("tickets", { shown: list.data.map(shownTicket), total: figures.data.total_tickets.toString(),
    open: Object.entries(figures.data.status_distribution), hours: figures.data.avg_resolution_time.toFixed(1) });
  return list.data;
}

async function chat() {
  let sessionId = null;
  for (const message of ["How do I share my screen?", "And now?"]) {
    const { data } = await api("POST", "/api/chatbot/chat", { message, sessionId });
    const place = data.response.toString() && data.session_id.slice(0, 8) && data.confidence_score.toFixed(2);
    if (sessionId && data.session_id !== sessionId) throw new Error("another conversation");
    sessionId = data.session_id;
    say("chat", { place, toast: data.was_escalated ? `Ticket ${data.ticket_id}` : null });
  }
  await api("GET", "/api/chatbot/analytics"); // for every role; a refusal hides the panel
}

await signIn();
const token = store.get("token");
const line = new WebSocket(`${address.replace(/^http/, "ws")}/ws?token=${token}`);
line.on("message", (raw) => { const message = JSON.parse(raw); say(message.type, message); });
line.on("close", (code) => say("close", code));
line.on("error", (error) => say("line error", error.message));
await new Promise((done) => line.once("open", done));
await dashboard();
await tickets();

if (who === "customer") {
  const { data: made } = await api("POST", "/api/tickets", { title: "My mail is gone", description: "Since noon",
    priority: "medium", category: "other" });
  shownTicket(made);
  await tickets();
  await chat();
} else {
  const one = (await tickets()).find((ticket) => String(ticket.id) === ticketId);
  const { id, title, description, priority, status, category } = one;
  await api("PUT", `/api/tickets/${id}`, { title, description, priority, status, category, assigned_to: "", tags: [] });
  await api("PUT", `/api/tickets/${id}`, { ...one, category: "Hardware", assigned_to: "", tags: ["mail"] });
  for (const next of ["in_progress", "resolved", "closed"]) await api("PUT", `/api/tickets/${id}`, { status: next });
  await chat();
  await api("DELETE", `/api/tickets/${id}`);
  await api("GET", `/api/tickets/${id}`);
}
say("done", { kept: store.has("token") });

// The line stays open, as the page does, until a test says so.
process.stdin.on("data", () => { line.close(); setTimeout(() => process.exit(0), 200); });
