/**
 * The second way for the picture: JPEG tiles over the socket, drawn onto a canvas.
 * Works wherever the page itself loads, when WebRTC can't get through.
 */

const LARGEST = 16384; // pixels a side; more than any screen, less than what breaks a browser

/** The JPEGs of a `screen-frame` as `[{x, y, width, height, blob}]`. Throws when sizes and data don't fit together. */
function slices(frame) {
  const { width, height, rects, data } = frame;
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (!side(width) || !side(height) || !Array.isArray(rects)) throw new Error("A frame without a size");
  let offset = 0;
  const parts = rects.map(([x, y, w, h, length]) => {
    const fits = [x, y].every(natural) && [w, h, length].every(positive) && x + w <= width && y + h <= height;
    if (!fits || offset + length > bytes.length) throw new Error("A tile that doesn't fit its frame");
    const part = { x, y, width: w, height: h, blob: new Blob([bytes.subarray(offset, offset + length)], { type: "image/jpeg" }) };
    offset += length;
    return part;
  });
  return parts;
}

/** Draws frames in order onto `canvas`. `draw(frame)` resolves to true when it is on screen, false when it was of no use. */
export function createTiles(canvas) {
  const context = canvas.getContext("2d", { alpha: false, desynchronized: true });
  let last = Promise.resolve();
  let started = false;
  let round = 0;

  async function paint(frame, mine) {
    if (!started && !frame.keyframe) return false;
    const parts = slices(frame);
    const images = await Promise.all(parts.map((part) => createImageBitmap(part.blob)));
    const wanted = mine === round;
    if (wanted) place(frame, parts, images);
    images.forEach((image) => image.close());
    return wanted;
  }

  function place(frame, parts, images) {
    if (frame.keyframe && (canvas.width !== frame.width || canvas.height !== frame.height)) {
      canvas.width = frame.width;
      canvas.height = frame.height;
    }
    started = true;
    parts.forEach((part, index) => context.drawImage(images[index], part.x, part.y, part.width, part.height));
  }

  return {
    draw(frame) {
      const mine = round;
      const drawn = last.then(() => paint(frame, mine)).catch(() => false);
      last = drawn;
      return drawn;
    },
    /** Forget the picture; the next one starts with a keyframe. */
    reset() {
      round += 1;
      started = false;
    },
    /** Forget it and leave nothing of it on the canvas. */
    blank() {
      this.reset();
      context.clearRect(0, 0, canvas.width, canvas.height);
    },
  };
}

const natural = (value) => Number.isInteger(value) && value >= 0;
const side = (value) => natural(value) && value > 0 && value <= LARGEST;
const positive = (value) => natural(value) && value > 0;
