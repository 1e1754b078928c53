// The form of one model: its fields, its examples in the fields' words, and where a refusal belongs.

import { imageField } from "./image.js";
import { inputField, listField } from "./fields.js";

/** Where the service's message points: "row 0, input 'month': …", or 'row 0: the input "month" is missing'. */
const AT_INPUT = /^row \d+, input (['"])(.+?)\1(?:\[[\d[\]]*\])?: ([^]*)$/;
const MISSING = /^row \d+: the input "(.+?)" is missing$/;

export class Form {
  constructor(manifest, onChange) {
    this.manifest = manifest;
    const choices = manifest.choices ?? [];
    const chosen = new Set(choices.flatMap((choice) => choice.inputs));
    const free = manifest.inputs.filter((input) => !chosen.has(input.name));
    this.lone = manifest.inputs.length === 1 && (free[0]?.kind === "image" || free[0]?.shape?.length) ? free[0] : null;
    this.image = this.lone?.kind === "image" ? imageField(this.lone, "field-0", onChange) : null;
    this.fields = this.image
      ? [this.image]
      : [
          ...choices.map((choice, index) => listField(choice.name, choice.description, choice.values, `choice-${index}`)),
          ...free.map((input, index) => inputField(input, `field-${index}`)),
        ];
    this.examples = manifest.examples.map((example) => ({ ...example, values: this.#valuesOf(example.instance) }));
    for (const field of this.fields) field.element.addEventListener("input", onChange);
  }

  /** What the fields hold, by name; an empty number is left out. */
  get values() {
    return Object.fromEntries(this.fields.map((field) => [field.name, field.read()]).filter(([, value]) => value !== undefined));
  }

  /** Fills the fields from an example. */
  fill(example) {
    for (const field of this.fields) field.write(example.values[field.name]);
  }

  clear() {
    for (const field of this.fields) field.clear();
  }

  /** Marks the field that `message` speaks of and moves there; false where it speaks of none. */
  mark(message) {
    const [, , name, rest] = AT_INPUT.exec(message) ?? [];
    const wanted = name ?? MISSING.exec(message)?.[1];
    const field = this.image ?? this.fields.find((candidate) => candidate.name === wanted);
    if (!field) return false;
    field.mark(rest ?? message);
    field.control.focus();
    return true;
  }

  /** An example's row as values by field: one-hot columns become the choice that they stand for. */
  #valuesOf(instance) {
    if (this.lone) return { [this.lone.name]: instance };
    const row = Object.fromEntries(this.manifest.inputs.map((input, index) => [input.name, instance[index]]));
    for (const choice of this.manifest.choices ?? []) {
      row[choice.name] = choice.values[choice.inputs.findIndex((name) => row[name] === 1)];
      for (const name of choice.inputs) delete row[name];
    }
    return row;
  }
}
