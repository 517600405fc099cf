/** Loading a part of a customer's page: gently, and so that a lost network takes nothing away that is shown already. */
import { ApiError } from "../core/api.js";
import { gently } from "../core/gently.js";
import { showFailure } from "../desk/empty.js";

/** `load`, to be called whenever it may show something else. A failure stands in `place`, with a way to try again; while
 * the server is out of reach what is shown stays, as the pill tells of that. */
export function loader(place, load, { wait = 2000 } = {}) {
  let isShown = false;
  const run = gently(() => load().then(shown, failed), { wait });

  function shown() {
    isShown = true;
  }

  function failed(error) {
    const isAway = error instanceof ApiError && error.status === 0;
    if (isAway && isShown) return;
    isShown = false;
    showFailure(place, error, { retry: run });
  }

  return run;
}
