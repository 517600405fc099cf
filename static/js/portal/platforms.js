/** What computer this is, and how a package is unpacked and started on each. */

const NAMES = { windows: "Windows", macos: "Mac", linux: "Linux", phone: "phone or tablet" };

const STEPS = {
  windows: [
    "Open your Downloads folder, right-click the ZIP and choose “Extract All”.",
    "Open the new folder and double-click “connectassist-helper”.",
    "If Windows warns you, check with your technician, then choose “More info” and “Run anyway”.",
  ],
  macos: [
    "Open your Downloads folder and double-click the ZIP.",
    "Open the new folder, hold Control, click “connectassist-helper.command” and choose “Open”.",
    "When the Mac asks, allow Screen Recording and Accessibility.",
  ],
  linux: [
    "Open your Downloads folder, right-click the ZIP and choose “Extract Here”.",
    "Open the new folder and double-click “connectassist-helper”; if asked, choose “Run”.",
    "Nothing happens? Open a terminal there and type: ./connectassist-helper",
  ],
  "linux-python": [
    "Open your Downloads folder, right-click the ZIP and choose “Extract Here”.",
    "Open a terminal in the new folder and type: sh start-helper",
    "This small helper uses the Python of your computer and says so if it is missing.",
  ],
};

/** "windows", "macos", "linux", or "phone": the computer that this page is open on. */
export function here(agent = navigator.userAgent, touches = navigator.maxTouchPoints) {
  if (/Android|iPhone|iPod|Mobile/i.test(agent)) return "phone";
  if (/Mac/i.test(agent)) return touches > 1 ? "phone" : "macos"; // an iPad calls itself a Mac
  if (/Windows/i.test(agent)) return "windows";
  return "linux";
}

/** The family of a platform key such as "windows-x86_64". */
export function familyOf(key) {
  return Object.keys(NAMES).find((family) => String(key || "").startsWith(family)) || "linux";
}

/** What people call the platform. */
export function nameOf(key) {
  return NAMES[familyOf(key)];
}

/** How to unpack and start a package of this platform, step by step. */
export function stepsFor(key) {
  return STEPS[key] || STEPS[familyOf(key)] || STEPS.linux;
}
