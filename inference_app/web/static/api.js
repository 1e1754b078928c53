// Talks to the service that this page came from, and to nothing else.
//
// The token lives in this module's memory and nowhere else: /docs runs a third party's script on this origin,
// and what is in sessionStorage or localStorage every script of an origin can read. A reload asks for the
// password again; an expired token asks for it in a dialog, and the request that met it is sent once more.

let token = null;
let user = "";
let askAgain = async () => false;

/** A refusal by the service, or a failure to reach it: `message` is for people. */
export class Refused extends Error {
  constructor(message, status = 0, code = "") {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const currentUser = () => user;
export const currentToken = () => token;

/** `ask(user)` is called when the token is not taken any more; it resolves to whether there is a new one. */
export function onExpired(ask) {
  askAgain = ask;
}

export function forget() {
  token = null;
  user = "";
}

/** Takes a name and a password for a token. Throws Refused. */
export async function logIn(username, password) {
  const response = await send("/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  const document = await read(response);
  token = document.access_token;
  user = username;
}

export const models = () => withToken("/models");
export const model = (name) => withToken(`/models/${encodeURIComponent(name)}`);

/** The prediction for a request as `request.js` makes it. */
export function predict({ path, type, body }) {
  return withToken(path, { method: "POST", headers: { "Content-Type": type }, body });
}

async function withToken(path, options = {}) {
  for (;;) {
    const sent = token;
    const response = await send(path, { ...options, headers: { ...options.headers, Authorization: `Bearer ${sent}` } });
    if (response.status !== 401) return read(response);
    if (token === sent && !(await askAgain(user))) return read(response);
  }
}

async function send(path, options) {
  try {
    return await fetch(path, { ...options, cache: "no-store", credentials: "omit", redirect: "error" });
  } catch {
    throw new Refused("The service cannot be reached. Is the connection there? Try again.");
  }
}

async function read(response) {
  const document = await response.json().catch(() => null);
  if (response.ok && document !== null) return document;
  const wait = response.headers.get("Retry-After");
  const message = document?.error ?? document?.message ?? `The service answered ${response.status}`;
  throw new Refused(wait && !/again in/.test(message) ? `${message} (try again in ${wait} s)` : message, response.status, document?.code);
}
