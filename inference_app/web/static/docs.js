// /docs: shows /openapi.json with Swagger UI; a login completes the document and authorizes its requests.

import * as api from "./api.js";
import { byId, say } from "./dom.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

async function show() {
  const token = api.currentToken();
  const response = await fetch("/openapi.json", { cache: "no-store", headers: token ? { Authorization: `Bearer ${token}` } : {} });
  const viewer = SwaggerUIBundle({
    spec: await response.json(),
    dom_id: "#viewer",
    deepLinking: false, // would put a link into each operation's button
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: Boolean(token),
    syntaxHighlight: false, // its colours are too faint in either scheme
    validatorUrl: null, // Swagger UI would send the document to a server of its makers
    onComplete: () => token && viewer.preauthorizeApiKey("bearer", token),
  });
}

/** Gives the viewer's controls the names that it leaves out, and its blocks of code a place in the tab order. */
function nameControls() {
  const names = {
    "select.examples-select-element": "Example",
    "select.content-type": "Media type",
    "textarea.body-param__text": "Request body",
    "select:not([aria-label])": "Choice",
    "input:not([aria-label], [id], [type=file])": "Value",
    "input[type=file]:not([aria-label])": "File",
  };
  for (const [selector, name] of Object.entries(names)) {
    for (const control of byId("viewer").querySelectorAll(selector)) {
      if (!control.closest("label") && !control.hasAttribute("aria-label")) control.setAttribute("aria-label", name);
    }
  }
  for (const block of byId("viewer").querySelectorAll("pre:not([tabindex])")) {
    if (block.scrollWidth > block.clientWidth || block.scrollHeight > block.clientHeight) block.tabIndex = 0;
  }
}

byId("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  say(byId("login-problem"));
  try {
    await api.logIn(byId("username").value, byId("password").value);
    byId("password").value = "";
    byId("who-name").textContent = api.currentUser();
    byId("login").hidden = true;
    byId("who").hidden = false;
    await show();
    byId("main").focus();
  } catch (error) {
    say(byId("login-problem"), error.message);
    byId("password").focus();
  }
});

byId("logout").addEventListener("click", () => location.reload());
new MutationObserver(nameControls).observe(byId("viewer"), { childList: true, subtree: true });
await show();
