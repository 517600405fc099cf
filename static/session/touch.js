/**
 * Fingers on the picture: tap clicks, a long press is the right button, one finger drags, two fingers scroll.
 * At 1:1 one finger moves the picture about instead (the browser does that), so that every corner can be reached.
 */
import { toRemote } from "./geometry.js";
import { DOWN, MOVE, UP, WHEEL } from "./wire.js";
import { createFrame } from "./pointer.js";

const SLOP = 10; // CSS pixels a finger may wander and still be a tap
const LONG = 550; // ms

/** Send what fingers do on `surface`; the same arguments as watchMouse. */
export function watchTouch({ surface, screen, control, onPress }) {
  const fingers = new Map();
  const later = createFrame((event) => control.pointer(event));
  let gesture = null; // "tap", "drag", "scroll" or "done"
  let timer = 0;

  const at = (x, y) => {
    const { box, width, height } = screen();
    return toRemote(x, y, box, width, height);
  };
  const send = (kind, point, extra = {}) => {
    if (!point) return;
    later.flush();
    control.pointer({ kind, x: point.x, y: point.y, ...extra });
  };
  const click = (point, button = 0) => {
    send(MOVE, point);
    send(DOWN, point, { button });
    send(UP, point, { button });
  };

  surface.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    event.preventDefault(); // or the mouse events that browsers make of a touch would take the focus away
    onPress(event);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY, startX: event.clientX, startY: event.clientY });
    clearTimeout(timer);
    if (fingers.size === 1) begin(event);
    else if (fingers.size === 2) second();
  });
  surface.addEventListener("pointermove", (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const moved = { x: event.clientX - finger.x, y: event.clientY - finger.y };
    Object.assign(finger, { x: event.clientX, y: event.clientY });
    if (gesture === "scroll") scroll(moved);
    else if (gesture === "tap" && wandered(finger)) startDrag(finger);
    else if (gesture === "drag") put(finger);
  });
  surface.addEventListener("pointerup", (event) => lift(event, true));
  surface.addEventListener("pointercancel", (event) => lift(event, false));

  function begin(event) {
    gesture = "tap";
    const point = at(event.clientX, event.clientY);
    if (!point || !point.inside) gesture = "done";
    else timer = setTimeout(() => long(point), LONG);
  }

  function long(point) {
    if (gesture !== "tap") return;
    gesture = "done";
    click(point, 2);
    if (navigator.vibrate) navigator.vibrate(15);
  }

  function second() {
    if (gesture === "drag") send(UP, at(first().x, first().y), { button: 0 });
    gesture = "scroll";
  }

  function startDrag(finger) {
    clearTimeout(timer);
    gesture = "drag";
    const point = at(finger.startX, finger.startY);
    send(MOVE, point);
    send(DOWN, point, { button: 0 });
    put(finger);
  }

  function put(finger) {
    const point = at(finger.x, finger.y);
    if (point) later.put({ kind: MOVE, x: point.x, y: point.y });
  }

  /** Both fingers report; half of each is what the pair moved. Content follows the fingers, as on a phone. */
  function scroll(moved) {
    const point = at(first().startX, first().startY);
    if (point) later.put({ kind: WHEEL, x: point.x, y: point.y, deltaX: -moved.x, deltaY: -moved.y });
  }

  function lift(event, finished) {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    clearTimeout(timer);
    if (gesture === "tap" && finished) click(at(finger.x, finger.y));
    if (gesture === "drag") send(UP, at(finger.x, finger.y), { button: 0 });
    fingers.delete(event.pointerId);
    gesture = fingers.size ? "done" : null;
  }

  const first = () => fingers.values().next().value;
  const wandered = (finger) => Math.hypot(finger.x - finger.startX, finger.y - finger.startY) > SLOP;
}
