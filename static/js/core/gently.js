/**
 * `refetch`, made gentle: runs at once, then at most once every `wait` ms however often it is called, and always once
 * more after the last call. Staff may call the API 100 times a minute; a burst of events must not use that up.
 */
export function gently(refetch, { wait = 2000 } = {}) {
  let resting = false;
  let again = false;
  return function run() {
    if (resting) {
      again = true;
      return;
    }
    resting = true;
    setTimeout(() => {
      resting = false;
      if (again) {
        again = false;
        run();
      }
    }, wait);
    refetch();
  };
}
