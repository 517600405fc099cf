/**
 * The live line of a customer's pages: news of all their devices come over it by themselves.
 *
 *   const line = customerLine();
 *   line.on("command_update", (data) => …);
 *   line.onResync(gently(load));
 */
import { plainLine } from "../core/plain_line.js";

let line = null;

/** The page's one line; connects on first use. */
export function customerLine() {
  line = line || plainLine("/ws/customer");
  return line;
}
