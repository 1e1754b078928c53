// The page: puts the parts together and keeps what they share, the chosen model and its form.

import * as api from "./api.js";
import { makeCard } from "./card.js";
import { byId, make, say } from "./dom.js";
import { makeExamples, nearest } from "./examples.js";
import { Form } from "./form.js";
import { curlLine, pythonLines, requestFor } from "./request.js";
import { makeResult } from "./result.js";
import { startSession } from "./session.js";
import { makeSnippet } from "./snippets.js";

let form = null;
let result = null;
let shownExample = 0;
const snippets = { curl: makeSnippet("curl"), python: makeSnippet("Python") };
byId("snippets").append(snippets.curl.element, snippets.python.element);

/** After a login: the models, and the first of them (or the one that the address names) chosen. */
async function start() {
  const { models, default_model: first } = await api.models();
  const wanted = decodeURIComponent(location.hash.slice(1));
  const chosen = models.some((model) => model.name === wanted) ? wanted : first;
  byId("model-list").replaceChildren(...models.map((model) => radio(model, model.name === chosen)));
  await choose(chosen);
}

function radio(model, checked) {
  const input = make("input", { type: "radio", name: "model", value: model.name, checked });
  return make("label", { class: "option" }, input, make("span", { class: "title" }, model.title), make("code", {}, `${model.name} ${model.version}`));
}

async function choose(name) {
  const manifest = await api.model(name);
  byId("model-title").textContent = manifest.title;
  byId("model-description").textContent = manifest.description;
  document.title = `${manifest.title} · Spot Inference`;
  history.replaceState(null, "", `#${encodeURIComponent(name)}`);
  form = new Form(manifest, changed);
  result = makeResult(manifest);
  byId("fields").replaceChildren(...form.fields.map((field) => field.element));
  byId("answer").replaceChildren(...result.elements.filter(Boolean));
  byId("card").replaceChildren(...makeCard(manifest));
  byId("another").hidden = form.examples.length < 2;
  say(byId("timing"), "Press Predict to ask the model.");
  use(form.examples[0]);
}

function use(example) {
  shownExample = form.examples.indexOf(example);
  form.fill(example);
  changed();
}

/** The form holds something else: what was answered belongs to another row, the rest follows the form. */
async function changed() {
  say(byId("form-problem"));
  result.clear();
  byId("result").classList.remove("fresh");
  byId("near").replaceChildren(makeExamples(form, nearest(form), use));
  await showRequest();
}

async function showRequest() {
  const request = await makeRequest();
  const token = byId("with-token").checked ? api.currentToken() : null;
  const file = form.image?.fileName();
  snippets.curl.show(curlLine(request, token, file));
  snippets.python.show(pythonLines(request, token, file));
}

async function makeRequest() {
  if (form.image) return requestFor(form.manifest, null, await form.image.blob());
  return requestFor(form.manifest, form.lone ? form.values[form.lone.name] : form.values);
}

async function predict(event) {
  event.preventDefault();
  const asked = form;
  say(byId("form-problem"));
  asked.clear();
  const started = performance.now();
  try {
    const answer = await api.predict(await makeRequest());
    if (asked !== form) return;
    result.show(answer);
    byId("result").classList.add("fresh");
    say(byId("timing"), `${answer.model} ${answer.version} answered in ${Math.round(performance.now() - started)}\u202fms.`);
  } catch (error) {
    result.clear();
    say(byId("timing"), "No answer: the inputs were refused.");
    if (!(error.status === 400 || error.status === 413 || error.status === 415) || !asked.mark(error.message)) say(byId("form-problem"), error.message);
  }
}

byId("form").addEventListener("submit", predict);
byId("another").addEventListener("click", () => use(form.examples[(shownExample + 1) % form.examples.length]));
byId("with-token").addEventListener("change", showRequest);
byId("models").addEventListener("change", (event) => choose(event.target.value).catch((error) => say(byId("form-problem"), error.message)));
startSession({ start });
