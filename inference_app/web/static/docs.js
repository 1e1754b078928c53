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
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: Boolean(token),
    syntaxHighlight: { theme: dark.matches ? "arta" : "idea" },
    validatorUrl: null, // Swagger UI would send the document to a server of its makers
    onComplete: () => token && viewer.preauthorizeApiKey("bearer", token),
  });
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
await show();
