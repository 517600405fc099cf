/** Can this browser show its screen at all, and if not, why not? Said before anybody presses a button in vain. */
import { here } from "./platforms.js";

/** "" when it can; else a sentence for the customer. */
export function whyNot({ agent = navigator.userAgent, secure = window.isSecureContext, media = navigator.mediaDevices } = {}) {
  const possible = Boolean(media && media.getDisplayMedia);
  if (here(agent) === "phone") {
    return "Browsers on phones and tablets can’t show the screen to others. Use the computer with the trouble instead.";
  }
  if (!secure) {
    return "This page was not opened over a secure connection (https), so your browser does not let it show your screen.";
  }
  return possible ? "" : "This browser can’t show the screen to others. Try Chrome, Edge, Firefox or Safari, or take the helper.";
}
