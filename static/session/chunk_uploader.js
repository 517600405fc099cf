/** Sends the parts of a recording in order, each until it has arrived: a lost line costs time, not pictures. */

const MOST = 96 * 1024 * 1024; // bytes that may wait for the line to come back
const PAUSES = [500, 1000, 2000, 4000]; // ms between tries

/** Was this only the line, so that the same part may be sent again? */
function isPassing({ status = 0 } = {}) {
  return status === 0 || status === 408 || status === 429 || (status >= 500 && status !== 507);
}

/**
 * `{push(blob), done(), drop()}`. `put(number, blob)` sends one part; `onRefused(error)` is called once when the server
 * takes no more, or when too much waits (then without an error). `done()` resolves once all has arrived or nothing may.
 */
export function createChunkUploader({ put, onRefused, pause = (ms) => new Promise((go) => setTimeout(go, ms)) }) {
  const waiting = [];
  let bytes = 0;
  let number = 0;
  let tries = 0;
  let over = false;
  let running = null;

  async function run() {
    while (waiting.length && !over) {
      try {
        await put(number, waiting[0]);
        bytes -= waiting.shift().size;
        number += 1;
        tries = 0;
      } catch (error) {
        if (!isPassing(error)) refuse(error);
        else await pause(PAUSES[Math.min(tries++, PAUSES.length - 1)]);
      }
    }
    running = null;
  }

  function refuse(error) {
    if (over) return;
    drop();
    onRefused(error);
  }

  function drop() {
    over = true;
    waiting.length = bytes = 0;
  }

  return {
    push(blob) {
      if (over) return;
      waiting.push(blob);
      bytes += blob.size;
      if (bytes > MOST) refuse(null);
      else running = running || run();
    },
    done: () => running || Promise.resolve(),
    drop,
  };
}
