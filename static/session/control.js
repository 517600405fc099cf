/**
 * Sends mouse, keys and clipboard to the customer's computer: over the data channel when it is open, else as events.
 * Nothing leaves without the customer's consent; the server and the helper check the same again.
 */
import { MOVE, WHEEL, asEvent, encode } from "./wire.js";

const CROWDED = 64 * 1024; // bytes waiting in the channel; beyond, moves would only make it later
const LARGE = 16 * 1024; // characters; longer messages go over the socket, whose limit is higher

/** `{pointer, key, keys, clipboard}`. `emit(event, fields, {volatile})` is the way without a channel. */
export function createControl({ store, emit, channel }) {
  const open = () => {
    const found = channel();
    return found && found.readyState === "open" ? found : null;
  };
  const say = (event, fields) => {
    const line = open();
    const message = JSON.stringify({ event, ...fields });
    if (line && message.length < LARGE) line.send(message);
    else emit(event, fields);
  };
  const control = {
    /** One pointer event, as in wire.js. */
    pointer(event) {
      if (!store.may("control")) return;
      const line = open();
      const passing = event.kind === MOVE || event.kind === WHEEL;
      if (!line) emit("remote-mouse", asEvent(event), { volatile: event.kind === MOVE });
      else if (!passing || line.bufferedAmount < CROWDED) line.send(encode(event));
    },
    /** One key event, the fields of `remote-keyboard`. */
    key(fields) {
      if (store.may("control")) say("remote-keyboard", fields);
    },
    keys: (list) => list.forEach(control.key),
    /** Put `text` on the customer's clipboard and paste it there. */
    clipboard(text) {
      if (store.may("clipboard")) say("remote-clipboard", { text });
    },
  };
  return control;
}
