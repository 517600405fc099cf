/** The browser's seat in the session: taken on every (re)connect with what it still holds, and what the server says. */

const FINAL = new Set(["SESSION_NOT_FOUND", "SESSION_ENDED", "UNAUTHORIZED"]);
const RETRY = 3000; // ms

/**
 * `{emit, ask}`. `held()` names the rights still held; `on` has `seated(answer)`, `lost()`, `refused()`, `over()`, and one function for
 * each event that matters, by its name.
 */
export function takeSeat({ line, sessionId, held, on }) {
  const { socket } = line;
  let gone = false;
  const ask = (event, fields = {}) => line.ask(event, { sessionId, ...fields });
  line.onResync(join);
  socket.on("disconnect", () => gone || on.lost());
  socket.on("connect_error", () => {
    if (gone) return;
    on.lost();
    if (!socket.active) on.refused(); // by the server, which does not know this browser any more
  });
  for (const [name, handler] of Object.entries(on.events)) {
    line.on(name, (event) => (!event || !event.sessionId || event.sessionId === sessionId) && handler(event || {}));
  }
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

  async function join() {
    if (gone) return;
    const answer = await ask("join-session", { role: "helper", rights: held() }).catch(() => null);
    if (answer && answer.ok !== false) return on.seated(answer);
    if (answer && FINAL.has(answer.error_code)) return on.over(answer.error_code);
    setTimeout(() => socket.connected && join(), RETRY);
  }

  /** The page goes: say so, so that nobody looks at a picture that stands still. */
  function leave() {
    if (gone) return;
    gone = true;
    if (socket.connected) socket.emit("leave-session", { sessionId });
    socket.disconnect();
  }

  return {
    ask,
    leave,
    /** Send without waiting; dropped while the line is down. */
    emit: (event, fields) => socket.connected && socket.emit(event, { sessionId, ...fields }),
  };
}
