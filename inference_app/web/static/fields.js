// One field of the form for each input of a manifest; every field reads, writes and marks itself.
//
// A field checks nothing: whatever was typed is sent, and the service's own message comes back to its place.

import { make, readable, words } from "./dom.js";

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What was typed as JSON: a number where it is one, else the text itself. */
const asNumber = (text) => (NUMBER.test(text) ? Number(text) : text);

function range({ minimum, maximum, datatype }) {
  const whole = /^u?int/.test(datatype ?? "") ? "whole number" : "number";
  if (minimum !== undefined && maximum !== undefined) return `${whole} from ${readable(minimum)} to ${readable(maximum)}`;
  if (minimum !== undefined) return `${whole}, at least ${readable(minimum)}`;
  if (maximum !== undefined) return `${whole}, at most ${readable(maximum)}`;
  return whole;
}

/** A field around `control`: `read` and `write` turn the control's state into JSON and back. */
export function field(name, hint, control, { read, write, extra = [] }) {
  const id = control.id;
  const hintLine = make("p", { class: "hint", id: `${id}-hint` }, hint);
  const problem = make("p", { class: "problem", id: `${id}-problem`, hidden: true });
  const element = make("div", { class: "field" }, make("label", { for: id }, words(name)), control, ...extra, hintLine, problem);
  control.setAttribute("aria-describedby", `${id}-hint`);
  const clear = () => {
    control.removeAttribute("aria-invalid");
    control.setAttribute("aria-describedby", `${id}-hint`);
    problem.hidden = true;
    hintLine.hidden = false;
  };
  element.addEventListener("input", clear);
  return {
    name,
    element,
    control,
    read,
    write: (value) => {
      clear();
      write(value);
    },
    clear,
    mark(message) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", `${id}-problem`);
      problem.textContent = message;
      problem.hidden = false;
      hintLine.hidden = true;
    },
  };
}

/** A list of `values`; they keep their JSON types. */
export function listField(name, description, values, id) {
  const control = make("select", { id }, values.map((value, index) => make("option", { value: String(index) }, words(String(value)))));
  return field(name, description, control, {
    read: () => values[Number(control.value)],
    write: (value) => (control.value = String(Math.max(0, values.indexOf(value)))),
  });
}

function numberField(input, id) {
  const control = make("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: false });
  const bounded = input.minimum !== undefined && input.maximum !== undefined && input.minimum < input.maximum;
  // For the mouse and the thumb; keyboards and screen readers have the box, which says the same.
  const slider = bounded ? make("input", { type: "range", min: input.minimum, max: input.maximum, step: "any", tabIndex: -1, "aria-hidden": "true" }) : null;
  if (slider) {
    const digits = Math.max(0, 2 - Math.floor(Math.log10(input.maximum - input.minimum)));
    slider.addEventListener("input", () => (control.value = String(Number(Number(slider.value).toFixed(/int/.test(input.datatype ?? "") ? 0 : digits)))));
    control.addEventListener("input", () => (slider.value = control.value));
  }
  return field(input.name, [input.description, range(input)].filter(Boolean).join(" · "), control, {
    read: () => (control.value.trim() === "" ? undefined : asNumber(control.value.trim())),
    write: (value) => {
      control.value = value === undefined ? "" : String(value);
      if (slider) slider.value = control.value;
    },
    extra: slider ? [slider] : [],
  });
}

function textField(input, id) {
  const control = make("input", { id, type: "text", autocomplete: "off" });
  const limit = input.maximum_length ? `at most ${input.maximum_length} characters` : "text";
  return field(input.name, [input.description, limit].filter(Boolean).join(" · "), control, {
    read: () => control.value,
    write: (value) => (control.value = value ?? ""),
  });
}

function arrayField(input, id) {
  const control = make("textarea", { id, rows: 4, spellcheck: false });
  const size = `${input.shape.join(" × ")} values as JSON`;
  return field(input.name, [input.description, size].filter(Boolean).join(" · "), control, {
    read: () => {
      try {
        return JSON.parse(control.value);
      } catch {
        return control.value;
      }
    },
    write: (value) => (control.value = value === undefined ? "" : JSON.stringify(value)),
  });
}

/** The field of one input that is no image. */
export function inputField(input, id) {
  if (input.shape?.length) return arrayField(input, id);
  if (input.kind === "category") return listField(input.name, input.description, input.values, id);
  if (input.datatype === "bool") return listField(input.name, input.description, [false, true], id);
  return input.kind === "string" ? textField(input, id) : numberField(input, id);
}
