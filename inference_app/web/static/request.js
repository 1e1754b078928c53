// One request to a model, and the same request as lines to copy.

/** The request for a record of inputs, or for an image. */
export function requestFor(manifest, record, image = null) {
  const path = `/models/${manifest.name}/predict`;
  if (image) return { path, type: image.type, body: image };
  return { path, type: "application/json", body: JSON.stringify({ instances: [record] }) };
}

const inShell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A compact JSON text as a Python literal: the same but for three words, spaced as Python is written. */
function inPython(json) {
  const outside = /"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b|[,:]/g;
  const words = { true: "True", false: "False", null: "None", ",": ", ", ":": ": " };
  return json.replace(outside, (found) => words[found] ?? found);
}

/** The rows of a body, one a line. */
function rowsInPython(body) {
  const rows = JSON.parse(body).instances.map((row) => `    ${inPython(JSON.stringify(row))},`);
  return ["rows = [", ...rows, "]"];
}

/** The curl line. `token` null: the shell's $TOKEN. */
export function curlLine(request, token, file) {
  const bearer = token === null ? '"Authorization: Bearer $TOKEN"' : inShell(`Authorization: Bearer ${token}`);
  const data = file ? `--data-binary @${file}` : `-d ${inShell(request.body)}`;
  return `curl ${inShell(location.origin + request.path)} \\\n  -H ${bearer} \\\n  -H ${inShell(`Content-Type: ${request.type}`)} \\\n  ${data}`;
}

/** The Python lines; nothing to install. `token` null: the environment's TOKEN. */
export function pythonLines(request, token, file) {
  const bearer = token === null ? `f"Bearer {os.environ['TOKEN']}"` : JSON.stringify(`Bearer ${token}`);
  const modules = ["json", ...(token === null ? ["os"] : []), "urllib.request"];
  const data = file
    ? [`with open(${JSON.stringify(file)}, "rb") as image:`, "    body = image.read()"]
    : [...rowsInPython(request.body), 'body = json.dumps({"instances": rows}).encode()'];
  return [
    `import ${modules.join(", ")}`,
    "",
    ...data,
    "request = urllib.request.Request(",
    `    ${JSON.stringify(location.origin + request.path)},`,
    "    data=body,",
    `    headers={"Authorization": ${bearer}, "Content-Type": ${JSON.stringify(request.type)}},`,
    ")",
    "with urllib.request.urlopen(request) as answer:",
    "    print(json.load(answer))",
  ].join("\n");
}
