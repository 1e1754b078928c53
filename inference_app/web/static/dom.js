// Makes and finds elements. Text is always text: nothing that a server says becomes markup.

export const byId = (id) => document.getElementById(id);

/** An element with properties (`class`, `for`, `aria-…`, `data-…` as attributes) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && !/[-]|^(class|for|list|width|height|form)$/.test(key)) element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Shows `message` in a live element, or empties it. */
export function say(element, message = "") {
  element.textContent = message;
}

/** `month_of_year` as a person would write it. */
export const words = (name) => name.replaceAll("_", " ");

/** A number as it is read: eight significant digits, thin spaces between thousands from 10 000 on. */
export function readable(value) {
  if (typeof value !== "number") return String(value);
  const digits = Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 1e-4) ? value.toExponential(3) : null;
  return digits ?? new Intl.NumberFormat("en", { maximumSignificantDigits: 8, useGrouping: "min2" }).format(value).replaceAll(",", "\u202f");
}

/** A share from 0 to 1 as a percentage with one decimal. */
export const percent = (share) => `${(share * 100).toFixed(1)}\u202f%`;
