/** Pointer events as the bytes of the data channel `control` (docs/helper-protocol.md §6). Pure. */

export const MOVE = 1;
export const DOWN = 2;
export const UP = 3;
export const WHEEL = 4;
const DOUBLE = 5;

/** What each kind is called as a `remote-mouse` event. */
const EVENT_TYPES = { [MOVE]: "mousemove", [DOWN]: "mousedown", [UP]: "mouseup", [WHEEL]: "scroll", [DOUBLE]: "dblclick" };

/** One pointer event `{kind, x, y, button?, deltaX?, deltaY?}` (x, y 0–1; deltas in CSS pixels) as an ArrayBuffer. */
export function encode({ kind, x, y, button = 0, deltaX = 0, deltaY = 0 }) {
  const sizes = { [MOVE]: 5, [WHEEL]: 9 };
  const view = new DataView(new ArrayBuffer(sizes[kind] || 6));
  view.setUint8(0, kind);
  view.setUint16(1, unit(x), true);
  view.setUint16(3, unit(y), true);
  if (kind === WHEEL) {
    view.setInt16(5, short(deltaX), true);
    view.setInt16(7, short(deltaY), true);
  } else if (kind !== MOVE) view.setUint8(5, button);
  return view.buffer;
}

/** The same event as the fields of `remote-mouse`, for when there is no data channel. */
export function asEvent({ kind, x, y, button = 0, deltaX = 0, deltaY = 0 }) {
  const event = { type: EVENT_TYPES[kind], x, y, button };
  return kind === WHEEL ? { ...event, deltaX, deltaY } : event;
}

function unit(value) {
  return Math.round(Math.min(1, Math.max(0, value)) * 65535);
}

function short(value) {
  return Math.max(-32768, Math.min(32767, Math.round(value)));
}
