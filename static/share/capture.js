/** The browser's own picker, and the picture that comes out of it. */

const WISH = { video: { frameRate: { ideal: 15, max: 30 } }, audio: false };
const SURFACES = { monitor: "your whole screen", window: "one window", browser: "one browser tab" };

/** Let the customer choose; resolves to a MediaStream, or rejects when they closed the picker. Needs a click. */
export async function choose(onEnd) {
  const stream = await navigator.mediaDevices.getDisplayMedia(WISH);
  const [track] = stream.getVideoTracks();
  if ("contentHint" in track) track.contentHint = "detail";
  track.addEventListener("ended", onEnd); // the browser's own "Stop sharing"
  return stream;
}

/** Nothing is captured any more. */
export function end(stream) {
  for (const track of stream ? stream.getTracks() : []) track.stop();
}

/** "monitor", "window", "browser" or "". */
export function surfaceOf(stream) {
  const [track] = stream ? stream.getVideoTracks() : [];
  return (track && track.getSettings().displaySurface) || "";
}

/** "your whole screen", "one window" or "one browser tab". */
export function inWords(stream) {
  return SURFACES[surfaceOf(stream)] || "what you chose";
}
