// Blocks of code with a button that copies them.

import { make } from "./dom.js";

/** A block called `title`; `show(text)` replaces what is in it. */
export function makeSnippet(title) {
  const code = make("code");
  const button = make("button", { type: "button", class: "quiet", "aria-label": `Copy the ${title} lines` }, "Copy");
  button.addEventListener("click", async () => {
    button.textContent = (await copy(code)) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  const block = make("pre", { tabIndex: 0, role: "region", "aria-label": `${title} lines` }, code);
  return {
    element: make("div", { class: "snippet" }, make("div", { class: "heading" }, make("h3", {}, title), button), block),
    show: (text) => (code.textContent = text),
  };
}

/** Copies, or (over plain HTTP, where browsers have no clipboard for pages) selects the text for the keys. */
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return document.execCommand("copy");
  }
}
