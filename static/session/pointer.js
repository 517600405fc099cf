/**
 * The mouse over the picture: moves (one per animation frame), buttons, drags that leave the picture, wheel.
 * Touch goes to touch.js.
 */
import { toRemote } from "./geometry.js";
import { DOWN, MOVE, UP, WHEEL } from "./wire.js";

const LINE = 40; // CSS pixels that a browser scrolls for one line of a wheel
const PAGE = 800;
/** DOM buttons 0, 1 and 2 have the protocol's numbers; back and forward have none. */
const LAST_BUTTON = 2;

/** Send what the mouse does on `surface`. `screen()` → `{box, width, height}` of the picture as it is shown now. */
export function watchMouse({ surface, screen, control, onPress }) {
  const held = new Set();
  let last = ""; // browsers report moves that are none, as when the page's layout changes under the pointer
  const later = createFrame((event) => control.pointer(event));
  const at = (event) => {
    const { box, width, height } = screen();
    return toRemote(event.clientX, event.clientY, box, width, height);
  };
  const send = (kind, event, extra) => {
    const point = at(event);
    if (!point) return;
    later.flush();
    control.pointer({ kind, x: point.x, y: point.y, ...extra });
  };

  surface.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") return;
    onPress(event);
    press(event);
  });
  surface.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    chord(event);
    const point = at(event);
    const place = `${event.clientX},${event.clientY}`;
    if (point && (point.inside || held.size) && place !== last) later.put({ kind: MOVE, x: point.x, y: point.y });
    last = place;
  });
  for (const type of ["pointerup", "pointercancel"]) {
    surface.addEventListener(type, (event) => event.pointerType === "touch" || releaseAll(event));
  }
  surface.addEventListener("wheel", wheel, { passive: false });
  surface.addEventListener("contextmenu", (event) => event.preventDefault());
  surface.addEventListener("auxclick", (event) => event.preventDefault());
  surface.addEventListener("dragstart", (event) => event.preventDefault());

  function press(event) {
    event.preventDefault();
    const point = at(event);
    if (!point || !point.inside || event.button > LAST_BUTTON) return;
    surface.setPointerCapture(event.pointerId);
    held.add(event.button);
    send(DOWN, event, { button: event.button });
  }

  /** A second button pressed or released while another is down comes as a move, not as pointerdown. */
  function chord(event) {
    if (event.button < 0 || event.button > LAST_BUTTON) return;
    const isDown = Boolean(event.buttons & [1, 4, 2][event.button]);
    if (isDown === held.has(event.button)) return;
    if (isDown) press(event);
    else release(event, event.button);
  }

  function release(event, button) {
    if (held.delete(button)) send(UP, event, { button });
  }

  function releaseAll(event) {
    for (const button of [...held]) release(event, button);
  }

  function wheel(event) {
    event.preventDefault(); // with Ctrl as well: it is the customer's page that zooms, not this one
    const point = at(event);
    if (!point || !point.inside) return;
    const factor = [1, LINE, PAGE][event.deltaMode] || 1;
    later.put({ kind: WHEEL, x: point.x, y: point.y, deltaX: event.deltaX * factor, deltaY: event.deltaY * factor });
  }
}

/** Holds the newest move, and the sum of wheel turns, until the next animation frame. */
export function createFrame(send, { request = requestAnimationFrame } = {}) {
  let move = null;
  let turn = null;
  let asked = false;
  const frame = {
    put(event) {
      if (event.kind === MOVE) move = event;
      else turn = turn ? { ...event, deltaX: turn.deltaX + event.deltaX, deltaY: turn.deltaY + event.deltaY } : event;
      if (!asked) {
        asked = true;
        request(frame.flush);
      }
    },
    flush() {
      asked = false;
      const ready = [move, turn];
      move = turn = null;
      for (const event of ready) if (event) send(event);
    },
  };
  return frame;
}
