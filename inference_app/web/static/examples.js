// The example rows that came with a model, those nearest to the form's values first.

import { make, percent, readable, words } from "./dom.js";
import { paint } from "./image.js";
import { labelOf } from "./result.js";

const SHOWN = 3;
const SAME = 0.005; // an image is the same when its 256 steps of grey hardly differ
const numbers = (value) => (Array.isArray(value) ? value.flat(3).map(Number) : [value]);

/** How far apart two values of one field are, from 0 (equal) to about 1. */
function apart(a, b, span) {
  if (Array.isArray(a) && Array.isArray(b)) {
    const [left, right] = [numbers(a), numbers(b)];
    if (left.length !== right.length) return 1;
    return Math.sqrt(left.reduce((sum, value, index) => sum + ((value - right[index]) / span) ** 2, 0) / left.length);
  }
  if (typeof a === "number" && typeof b === "number" && span) return Math.abs(a - b) / span;
  return a === b ? 0 : 1;
}

/** What a difference of 1 is for each field: the range of the manifest, else that of the examples. Fields
    whose numbers are names (choices, categories) have none. */
function spans(form) {
  const inputs = Object.fromEntries(form.manifest.inputs.map((input) => [input.name, input]));
  return Object.fromEntries(
    form.fields.map(({ name }) => {
      const input = inputs[name];
      if (!input || input.kind === "category" || input.kind === "string") return [name, 0];
      if (input.scale) return [name, input.scale];
      if (input.minimum !== undefined && input.maximum !== undefined) return [name, input.maximum - input.minimum || 1];
      const seen = form.examples.flatMap((example) => numbers(example.values[name]));
      return [name, Math.max(...seen) - Math.min(...seen) || 1];
    }),
  );
}

/** The examples with the form's distance to each, nearest first. */
export function nearest(form) {
  const span = spans(form);
  const values = form.values;
  return form.examples
    .map((example) => ({
      example,
      distance: form.fields.reduce((sum, { name }) => sum + apart(values[name], example.values[name], span[name]), 0),
    }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SHOWN);
}

function answered(manifest, example) {
  const { output } = manifest;
  const sure = example.probability?.[output.classes.indexOf(example.prediction)];
  return [make("strong", {}, labelOf(output, example.prediction)), sure === undefined ? "" : ` ${percent(sure)}`];
}

function picture(example, input) {
  const canvas = make("canvas", { width: 64, height: Math.round((64 * input.height) / input.width), role: "img", "aria-label": "The example's image" });
  paint(canvas, example.values[input.name], input.scale);
  return canvas;
}

/** A list of `found` (from `nearest`); `use` puts an example into the form. */
export function makeExamples(form, found, use) {
  const values = form.values;
  const items = found.map(({ example, distance }) => {
    const same = distance < (form.image ? SAME : 1e-9);
    const inputs = form.image
      ? [picture(example, form.lone)]
      : form.fields.map(({ name }) => {
          const differs = JSON.stringify(values[name]) !== JSON.stringify(example.values[name]);
          const value = Array.isArray(example.values[name]) ? `${numbers(example.values[name]).length} values` : readable(example.values[name]);
          const text = [make("span", { class: "name" }, words(name)), ` ${words(String(value))}`];
          return make("li", { class: differs ? "differs" : "" }, differs ? make("span", { class: "hidden" }, "differs: ") : "", ...text);
        });
    return make(
      "li",
      {},
      make("p", { class: "answered" }, ...answered(form.manifest, example), same ? make("span", { class: "same" }, "your row") : ""),
      form.image ? inputs[0] : make("ul", { class: "chips" }, inputs),
      make("button", { type: "button", class: "quiet", disabled: same, onclick: () => use(example) }, "Use this row"),
    );
  });
  return make("ol", { class: "examples" }, items);
}
