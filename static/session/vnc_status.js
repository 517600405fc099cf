/** What is going on with a screen that comes over VNC, in plain words. Pure; status.js asks it first. */

/**
 * The state as status.js tells it, or null where the session's screen has nothing to do with VNC. `facts.vnc` is null or
 * `{state, kind, text}`: expected (a computer without a helper is there), ready, connecting, password, live, lost.
 */
export function overVnc(facts) {
  const { vnc } = facts;
  if (!vnc || facts.helperOnline) return null;
  if (facts.picture === "live" && facts.transport === "vnc") return null; // told like any other picture
  return (TELL[vnc.state] || TELL.lost)(vnc, facts);
}

const tell = (state, tone, text, extra = {}) => ({ state, tone, text, actions: [], busy: false, notice: false, ...extra });

const TELL = {
  expected(vnc, facts) {
    if (facts.asking || facts.answer) return null;
    if (mayLook(facts)) return tell("waiting", "info", "Calling the customer's VNC server…", { busy: true });
    const text = "The customer's computer is here without a helper. Its screen can come over VNC: ask the customer to start the connection, or ask for access.";
    return tell("waiting", "info", text, { actions: ["ask"] });
  },
  ready(vnc, facts) {
    if (facts.asking || facts.answer) return null;
    if (mayLook(facts)) return tell("connecting", "info", "The customer's VNC connection is here. Opening it…", { busy: true });
    return tell("idle", "info", "The customer's VNC connection is here. It shows the screen and gives control together, so ask for both.", { actions: ["ask"] });
  },
  connecting: () => tell("connecting", "info", "Connecting to the customer's screen over VNC…", { busy: true }),
  password: () => tell("connecting", "info", "The customer's VNC server asks for a password.", { actions: ["vncPassword"] }),
  lost(vnc, facts) {
    const why = sentence(vnc.text) || "The VNC connection ended.";
    const how = vnc.kind === "direct" && mayLook(facts) ? "" : " It comes back as soon as the customer's computer connects again.";
    return tell("waiting", "warning", why + how, { actions: vnc.kind === "direct" && mayLook(facts) ? ["vncAgain"] : [] });
  },
};

/** Does the customer allow what VNC is: seeing and control in one? */
export const mayLook = ({ rights }) => rights.includes("view") && rights.includes("control");

function sentence(text) {
  const plain = String(text || "").trim();
  return plain && !/[.!?]$/.test(plain) ? `${plain}.` : plain;
}
