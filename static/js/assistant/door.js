/** The button in the corner that opens the assistant. Nothing of the assistant itself is loaded before it is wanted. */

const WIDE = matchMedia("(min-width: 768px)"); // on a phone it covers the page, so it stays closed on the next one
const door = document.getElementById("assistant-door");

door.addEventListener("click", open);
if (WIDE.matches && wasOpen()) open({ isAgain: true });

async function open({ isAgain = false } = {}) {
  door.setAttribute("aria-busy", "true");
  try {
    const [{ toggle }] = await Promise.all([import("./widget.js"), styled()]);
    toggle(door, { isAgain });
  } catch {
    door.querySelector("span").textContent = "Not reachable, try again";
  }
  door.removeAttribute("aria-busy");
}

/** Its stylesheet, once; what was refused is asked for anew. */
function styled() {
  const there = document.querySelector("link[data-assistant]");
  if (there) return null;
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: door.dataset.css });
  sheet.dataset.assistant = "";
  return new Promise((resolve, reject) => {
    sheet.addEventListener("load", resolve);
    sheet.addEventListener("error", () => (sheet.remove(), reject(new Error("no stylesheet"))));
    document.head.append(sheet);
  });
}

function wasOpen() {
  try {
    const kept = JSON.parse(sessionStorage.getItem("connectassist-assistant") || "null");
    return Boolean(kept?.isOpen) && kept.personId === door.dataset.meId;
  } catch {
    return false;
  }
}
