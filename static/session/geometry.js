/** Where a point of the page lies on the customer's screen. Pure. */

/** The part of `box` {left, top, width, height} that a picture of `width` × `height` fills when it is fitted in whole. */
export function fitted(box, width, height) {
  if (!(width > 0 && height > 0 && box.width > 0 && box.height > 0)) return null;
  const scale = Math.min(box.width / width, box.height / height);
  const shown = { width: width * scale, height: height * scale };
  return { left: box.left + (box.width - shown.width) / 2, top: box.top + (box.height - shown.height) / 2, ...shown };
}

/**
 * The point `clientX`, `clientY` as `{x, y, inside}` with x and y in 0–1 over the picture, clamped to it, so that
 * a drag that leaves the picture stays at its edge. Null while there is no picture.
 */
export function toRemote(clientX, clientY, box, width, height) {
  const area = fitted(box, width, height);
  if (!area) return null;
  const x = (clientX - area.left) / area.width;
  const y = (clientY - area.top) / area.height;
  return { x: clamp(x), y: clamp(y), inside: x >= 0 && x <= 1 && y >= 0 && y <= 1 };
}

function clamp(value) {
  return Math.min(1, Math.max(0, value));
}
