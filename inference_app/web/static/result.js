// What a model answered: the value large, and for classes a bar each.

import { make, percent, readable, words } from "./dom.js";

const MOST_BARS = 12;

/** A class as people call it. */
export function labelOf(output, value) {
  const index = output.classes?.indexOf(value) ?? -1;
  return String(output.labels?.[index] ?? (typeof value === "number" ? readable(value) : words(String(value))));
}

/** The empty result of a model: everything has its place before the first answer, so nothing moves later. */
export function makeResult(manifest) {
  const { output } = manifest;
  const value = make("strong", {}, "–");
  const detail = make("span", { class: "detail" }, words(output.name));
  const verdict = make("p", { class: "verdict", role: "status" }, value, " ", detail);
  const bars = output.kind === "class" ? make("ol", { class: "bars" }) : null;
  const rows = (output.classes ?? []).slice(0, MOST_BARS).map(() => {
    const row = { label: make("span", { class: "label" }), fill: make("span", { class: "fill" }), share: make("span", { class: "share" }) };
    row.element = make("li", {}, row.label, make("span", { class: "track", "aria-hidden": "true" }, row.fill), row.share);
    return row;
  });
  bars?.append(...rows.map((row) => row.element));

  const showBars = (order, probability, winner) => {
    rows.forEach((row, place) => {
      const index = order[place];
      row.label.textContent = labelOf(output, output.classes[index]);
      row.share.textContent = probability ? percent(probability[index]) : "";
      row.fill.style.transform = `scaleX(${probability ? probability[index] : 0})`;
      row.element.classList.toggle("top", output.classes[index] === winner);
    });
  };
  const inOrder = (output.classes ?? []).map((_, index) => index);
  showBars(inOrder);

  return {
    elements: [verdict, bars],
    /** Shows the first row of an answer of the service. */
    show(answer) {
      const [prediction] = answer.prediction;
      const probability = answer.probability?.[0];
      const sure = probability?.[output.classes.indexOf(prediction)];
      value.textContent = labelOf(output, prediction);
      detail.textContent = `${words(output.name)} = ${prediction}${sure === undefined ? "" : `, ${percent(sure)} sure`}`;
      const tooMany = probability && inOrder.length > MOST_BARS;
      showBars(tooMany ? [...inOrder].sort((a, b) => probability[b] - probability[a]) : inOrder, probability, prediction);
    },
    clear() {
      value.textContent = "–";
      detail.textContent = words(output.name);
      showBars(inOrder);
    },
  };
}
