// The field of an image: drop one, pick one, or (where the model takes grey ones) draw one.

import { make, words } from "./dom.js";
import { field } from "./fields.js";

const SIDE = 280; // pixels of the pad, whatever the model takes; the service scales what it gets

/** Draws an example's numbers (rows, 0 to scale) as pixels. */
export function paint(canvas, pixels, scale) {
  const height = pixels.length;
  const width = pixels[0].length;
  const small = make("canvas", { width, height });
  const data = new ImageData(width, height);
  pixels.flat().forEach((pixel, index) => {
    const channels = Array.isArray(pixel) ? pixel : [pixel, pixel, pixel];
    data.data.set([...channels.map((value) => Math.round((value / scale) * 255)), 255], index * 4);
  });
  small.getContext("2d").putImageData(data, 0, 0);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** What the model would get of `canvas`, as numbers from 0 to scale. */
function pixelsOf(canvas, { width, height, mode, scale }) {
  const small = make("canvas", { width, height });
  const context = small.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const at = (index) => [0, 1, 2].map((channel) => (data[index * 4 + channel] / 255) * scale);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (mode === "L" ? at(y * width + x).reduce((a, b) => a + b) / 3 : at(y * width + x))),
  );
}

export function imageField(input, id, onChange) {
  const tall = Math.round((SIDE * input.height) / input.width);
  const canvas = make("canvas", { width: SIDE, height: tall, role: "img", "aria-label": "The image that will be sent" });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const control = make("input", { id, type: "file", accept: "image/png,image/jpeg" });
  const drawable = input.mode === "L";
  let file = null; // what was dropped or picked, sent as it is; null: what the canvas shows

  const changed = () => {
    result.clear();
    onChange();
  };
  const blank = () => {
    file = null;
    control.value = "";
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
  };
  const take = async (chosen) => {
    if (!chosen) return;
    blank();
    file = chosen;
    try {
      const bitmap = await createImageBitmap(chosen);
      context.imageSmoothingEnabled = true;
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    } catch {
      // no picture that this browser can show; the service will say what it thinks of it
    }
    changed();
  };

  const clearButton = make("button", { type: "button", class: "quiet", onclick: () => (blank(), changed()) }, "Clear");
  const save = async () => {
    const link = make("a", { href: URL.createObjectURL(await result.blob()), download: result.fileName() });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const saveButton = make("button", { type: "button", class: "quiet", onclick: save }, "Save");
  const tools = make("p", { class: "tools" }, make("span", { class: "fine" }, `${drawable ? "Draw here, drop" : "Drop"} an image, or pick one.`), clearButton, saveButton);
  const pad = make("div", { class: drawable ? "pad drawable" : "pad" }, canvas);
  const result = field(input.name, `${words(input.description || "PNG or JPEG")} · scaled to ${input.width} × ${input.height}`, control, {
    read: () => pixelsOf(canvas, input),
    write: (pixels) => {
      blank();
      if (pixels) paint(canvas, pixels, input.scale);
    },
    extra: [pad, tools],
  });
  result.element.classList.add("image");
  control.addEventListener("change", () => take(control.files[0]));
  for (const type of ["dragenter", "dragover"]) {
    result.element.addEventListener(type, (event) => {
      event.preventDefault();
      pad.classList.add("over");
    });
  }
  for (const type of ["dragleave", "drop"]) result.element.addEventListener(type, () => pad.classList.remove("over"));
  result.element.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  if (drawable) letDraw(canvas, context, () => ((file = null), (control.value = ""), changed()));
  blank();

  return Object.assign(result, {
    /** The image as it will be sent. */
    blob: () => (file ? Promise.resolve(file) : new Promise((resolve) => canvas.toBlob(resolve, "image/png"))),
    fileName: () => file?.name ?? "drawing.png",
  });
}

function letDraw(canvas, context, onStroke) {
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height];
  };
  let last = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    stroke(last, last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = place(event);
    stroke(last, next);
    last = next;
  });
  for (const type of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(type, () => {
      if (last) onStroke();
      last = null;
    });
  }
  function stroke(from, to) {
    context.strokeStyle = "#fff";
    context.lineWidth = canvas.width / 5;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }
}
