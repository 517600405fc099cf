/**
 * Records what the page shows. One canvas of a fixed size is recorded, whatever the picture comes from: so another transport,
 * monitor or resolution, or a picture that stops for a while, does not break the recording.
 */

const RATE = 10; // pictures a second at most
const CATCH_UP = 700; // ms that a busy computer gets to encode what was drawn last
const STILL = 1000; // ms after which a picture that does not change is drawn once more, so that time goes on
const UNTOLD = 250; // the same in a hidden tab, where nobody tells that the picture has changed
const WIDEST = 1920;
const BITS = 2_500_000; // a second
const TYPES = ["video/webm;codecs=vp8", "video/webm;codecs=vp9", "video/webm"];

/** The kind of video that this browser records, or "" when it can't record one that we can keep. */
export function supportedType(recorder = globalThis.MediaRecorder) {
  return (recorder && TYPES.find((type) => recorder.isTypeSupported(type))) || "";
}

/** Where a picture of `width` × `height` lies on a canvas of that size: whole, in the middle, not distorted. */
export function within(canvas, width, height) {
  const scale = Math.min(canvas.width / width, canvas.height / height);
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  return { x: Math.round((canvas.width - size.width) / 2), y: Math.round((canvas.height - size.height) / 2), ...size };
}

/** The canvas's size for a first picture: even, and not wider than WIDEST. */
export function canvasSize(width, height) {
  const scale = Math.min(1, WIDEST / width);
  return { width: Math.max(2, Math.round((width * scale) / 2) * 2), height: Math.max(2, Math.round((height * scale) / 2) * 2) };
}

/** Call `tick` every `ms`, in a hidden tab too. Returns what ends it. Without workers the page's own timer must do. */
function everyFew(ms, tick) {
  let timer = 0;
  let worker = null;
  const plainly = () => (timer = timer || setInterval(tick, ms));
  try {
    worker = new Worker(new URL("ticker.js", import.meta.url));
    worker.addEventListener("message", tick);
    worker.addEventListener("error", plainly);
    worker.postMessage(ms);
  } catch {
    plainly();
  }
  return () => {
    clearInterval(timer);
    if (worker) worker.terminate();
  };
}

/** The canvas as a stream, and what takes its next picture: by hand where the browser can, since that waits for no timer. */
function streamOf(canvas) {
  const stream = canvas.captureStream(0);
  const taker = [...stream.getVideoTracks(), stream].find((each) => each.requestFrame);
  return taker ? { stream, take: () => taker.requestFrame() } : { stream: canvas.captureStream(RATE), take: () => {} };
}

/**
 * `{start(every), stop(), cancel(), touch()}`. `source()` gives `{element, width, height}`; `onChunk(blob)` gets a part every
 * `every` ms, in order. `stop()` resolves when the last part has been handed over; after `cancel()` no more come.
 */
export function createCanvasRecorder({ source, onChunk, now = Date.now }) {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { alpha: false });
  let recorder = null;
  let rest = () => {};
  let take = () => {};
  let changed = true;
  let drawnAt = 0;

  function draw() {
    const { element, width, height } = source();
    if (!changed && now() - drawnAt < (document.hidden ? UNTOLD : STILL)) return;
    if (width && height) {
      const place = within(canvas, width, height);
      if (place.x || place.y) pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(element, place.x, place.y, place.width, place.height);
    }
    pen.fillRect(canvas.width - 1, canvas.height - 1, 1, 1); // a picture that stalls draws nothing; the recording's time goes on
    take();
    changed = false;
    drawnAt = now();
  }

  function end() {
    rest();
    recorder = null;
  }

  return {
    start(every) {
      const { width, height } = source();
      Object.assign(canvas, canvasSize(width || 1280, height || 800));
      const shown = streamOf(canvas);
      take = shown.take;
      const mine = (recorder = new MediaRecorder(shown.stream, { mimeType: supportedType(), videoBitsPerSecond: BITS, videoKeyFrameIntervalDuration: every }));
      mine.addEventListener("dataavailable", ({ data }) => data.size && (mine === recorder || mine.ending) && onChunk(data));
      mine.start(every);
      changed = true;
      draw();
      rest = everyFew(1000 / RATE, draw);
    },
    async stop() {
      const mine = recorder;
      end();
      if (!mine || mine.state === "inactive") return;
      mine.ending = true;
      await new Promise((resolve) => setTimeout(resolve, CATCH_UP));
      await new Promise((resolve) => {
        mine.addEventListener("stop", resolve);
        mine.stop();
      });
    },
    cancel() {
      const mine = recorder;
      end();
      if (mine && mine.state !== "inactive") mine.stop();
    },
    /** The picture has changed. */
    touch() {
      changed = true;
    },
  };
}
