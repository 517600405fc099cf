/** Checks that are under way: which were asked for, how many have answered, and which never did. */
import { checkType, CHECKS } from "./device_checks.js";

const PATIENCE = 60_000; // ms for a first answer
const QUIET = 12_000; // ms without another answer end a run of all checks
const SILENT = "No answer. The helper may be busy, or may not run this check.";

/** `changed()` is called when something starts, answers or gives up; `done()` when a run of all checks is over. */
export function checkRun(line, { changed, done }) {
  const running = new Map();
  const troubles = new Map();
  let answered = null; // while all checks run: which have answered

  function expect(type, patience) {
    clearTimeout(running.get(type));
    running.set(
      type,
      setTimeout(() => giveUp(type), patience),
    );
  }

  function giveUp(type) {
    running.delete(type);
    if (type === "all") return finish();
    troubles.set(type, SILENT);
    return changed();
  }

  function finish() {
    if (!answered.size) for (const [type] of CHECKS) troubles.set(type, SILENT);
    answered = null;
    changed();
    done();
  }

  return {
    /** Ask for one check, or for `all`. Rejects with a Refused. */
    async ask(type) {
      await line.say("request_diagnostic", { checkType: type });
      type === "all" ? troubles.clear() : troubles.delete(type);
      if (type === "all") answered = new Set();
      expect(type, PATIENCE);
      changed();
    },
    /** A result came in. */
    heard(type) {
      const name = checkType(type);
      clearTimeout(running.get(name));
      running.delete(name);
      troubles.delete(name);
      if (answered) {
        answered.add(name);
        expect("all", answered.size >= CHECKS.length ? 0 : QUIET);
      }
      changed();
    },
    /** The device does not run it, and says why. */
    refused(type, message) {
      const name = type === "all" ? "all" : checkType(type);
      clearTimeout(running.get(name));
      running.delete(name);
      if (name === "all") answered = null;
      for (const each of name === "all" ? CHECKS.map(([known]) => known) : [name]) troubles.set(each, message);
      changed();
    },
    isRunning: (type) => running.has(type) || (type !== "all" && Boolean(answered) && !answered.has(type)),
    trouble: (type) => troubles.get(type) || "",
    progress: () => (answered ? `Checking: ${answered.size} of ${CHECKS.length} have answered.` : ""),
  };
}
