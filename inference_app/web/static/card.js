// The model's card: what the manifest says about where a model comes from and how good it was.

import { make, readable, words } from "./dom.js";

function metric(value) {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : readable(value);
}

/** The card as terms and descriptions. */
export function makeCard(manifest) {
  const { training = {}, output } = manifest;
  const { metrics, ...trained } = training;
  const kinds = new Map();
  for (const input of manifest.inputs) kinds.set(input.kind, (kinds.get(input.kind) ?? 0) + 1);
  const inputs = [...kinds].map(([kind, count]) => `${count} ${kind}${count === 1 ? "" : kind === "category" ? " inputs" : "s"}`).join(", ");
  const rows = [
    ["Name", make("code", {}, manifest.name)],
    ["Version", make("code", {}, manifest.version)],
    ["Takes", inputs.replace("categorys", "categories")],
    ["Answers", output.kind === "class" ? `${words(output.name)}: ${(output.labels ?? output.classes).join(", ")}` : `${words(output.name)}, a number`],
    ["scikit-learn", manifest.scikit_learn],
    ...Object.entries(trained)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [`Training: ${words(key)}`, typeof value === "object" ? JSON.stringify(value) : readable(value)]),
    ...(metrics && Object.keys(metrics).length
      ? [["Metrics", make("ul", { class: "metrics" }, Object.entries(metrics).map(([key, value]) => make("li", {}, make("strong", {}, metric(value)), ` ${words(key)}`)))]]
      : []),
    ["Artifact (SHA-256)", make("code", { class: "digest" }, manifest.sha256)],
  ];
  return rows.map(([term, description]) => make("div", {}, make("dt", {}, term), make("dd", {}, description)));
}
