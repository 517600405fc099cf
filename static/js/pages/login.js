/** Signing in with user name and password. */
import { ApiError, post, sentence } from "../core/api.js";
import { busy, byId } from "../core/dom.js";

const form = byId("login");
const password = byId("password");

form.addEventListener("submit", submit);
byId("show").addEventListener("click", toggle);
for (const type of ["keydown", "keyup"]) {
  password.addEventListener(type, (event) => {
    byId("caps").hidden = !(event.getModifierState && event.getModifierState("CapsLock"));
  });
}

async function submit(event) {
  event.preventDefault();
  const username = byId("username").value.trim();
  if (!username || !password.value) return complain("Please fill in user name and password.");
  await busy(byId("go"), () => signIn(username, password.value));
}

async function signIn(username, secret) {
  try {
    const { technician } = await post("/api/auth/local/login", { username, password: secret });
    const { next, nextOfCustomers } = form.dataset;
    location.assign(technician && technician.role === "customer" ? nextOfCustomers : next);
  } catch (error) {
    complain(error instanceof ApiError && error.status === 401 ? "User name or password is wrong." : sentence(error));
    password.select();
  }
}

function complain(text) {
  byId("error").textContent = text;
  byId("error").hidden = false;
}

function toggle(event) {
  const shown = password.type === "text";
  password.type = shown ? "password" : "text";
  event.currentTarget.setAttribute("aria-pressed", String(!shown));
  password.focus();
}
