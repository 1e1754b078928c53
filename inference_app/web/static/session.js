// Logging in, logging out, and the dialog that asks for the password when a token has expired.

import * as api from "./api.js";
import { byId, say } from "./dom.js";

/** `start` is called after a login, to fill the page. */
export function startSession({ start }) {
  byId("login").addEventListener("submit", async (event) => {
    event.preventDefault();
    say(byId("login-problem"));
    const [username, password] = [byId("username"), byId("password")];
    const empty = [username, password].find((field) => !field.value);
    if (empty) {
      say(byId("login-problem"), "A username and a password are needed.");
      return empty.focus();
    }
    try {
      await api.logIn(username.value, password.value);
      password.value = "";
      await start();
      show(true);
    } catch (error) {
      api.forget();
      say(byId("login-problem"), error.message);
      password.select();
      password.focus();
    }
  });
  byId("logout").addEventListener("click", () => {
    api.forget();
    show(false);
  });
  api.onExpired(askAgain);
  byId("username").focus();
}

function show(loggedIn) {
  byId("welcome").hidden = loggedIn;
  byId("workbench").hidden = byId("who").hidden = !loggedIn;
  byId("who-name").textContent = api.currentUser();
  if (loggedIn) byId("main").focus();
  else byId("username").focus();
}

/** Asks for the password in a dialog over the page. Resolves to whether there is a new token. */
function askAgain(user) {
  const dialog = byId("again");
  const password = byId("again-password");
  byId("again-name").textContent = byId("again-username").value = user;
  say(byId("again-problem"));
  password.value = "";
  return new Promise((resolve) => {
    const submit = async (event) => {
      event.preventDefault();
      say(byId("again-problem"));
      try {
        await api.logIn(user, password.value);
        dialog.close("again");
      } catch (error) {
        say(byId("again-problem"), error.message);
        password.select();
        password.focus();
      }
    };
    const cancel = () => dialog.close("");
    const closed = () => {
      password.value = "";
      byId("again-form").removeEventListener("submit", submit);
      byId("again-cancel").removeEventListener("click", cancel);
      resolve(dialog.returnValue === "again");
    };
    dialog.returnValue = "";
    byId("again-form").addEventListener("submit", submit);
    byId("again-cancel").addEventListener("click", cancel);
    dialog.addEventListener("close", closed, { once: true });
    dialog.showModal();
    password.focus();
  });
}
