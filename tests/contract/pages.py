"""The pages docs/components/*.md: tables of arguments and outputs, written into hand-written text.

What stands between the two marks of a page comes from the committed schema; people write everything else.

python -m tests.contract.pages            says whether the pages have the tables of the committed schema
python -m tests.contract.pages --write    writes the tables
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pulumi.provider.experimental.util import camel_case

import components
from tests.contract.schema import COMMITTED, REPOSITORY

FOLDER = REPOSITORY / "docs" / "components"
INDEX = "README.md"
BEGIN = "<!-- python -m tests.contract.pages --write: begin -->"
END = "<!-- python -m tests.contract.pages --write: end -->"

TYPE = "#/types/"
SIMPLE = {"string": "string", "integer": "whole number", "number": "number", "boolean": "true or false"}

Schema = Mapping[str, Any]


class PageError(Exception):
    """Why a page cannot be written: a sentence for whoever writes it by hand."""


def pages(schema: Schema) -> dict[str, str]:
    """By file name the tables that belong between the marks of each page."""
    found = {f"{short(token)}.md": reference(schema, token) for token in sorted(schema["resources"])}
    return {INDEX: index(schema), **found}


def short(token: str) -> str:
    """The last word of a type token, which is the class."""
    return token.rsplit(":", 1)[-1]


def undescribed(schema: Schema) -> list[str]:
    """Everything in a table that no description says anything about."""
    inner: list[tuple[str, Mapping[str, Any]]] = []
    for kind in ("resources", "types"):
        for token, definition in schema[kind].items():
            inner.append((short(token), definition))
            for group in ("inputProperties", "properties"):
                for key, found in definition.get(group, {}).items():
                    inner.append((f"{short(token)}.{key}", found))
    return sorted({path for path, found in inner if not found.get("description", "").strip()})


def index(schema: Schema) -> str:
    """The list of the components, each with a link and what it is."""
    rows = [
        [f"[{short(token)}]({short(token)}.md)", text(definition["description"].split("\n\n")[0])]
        for token, definition in sorted(schema["resources"].items())
    ]
    return table(["Component", "What it is"], rows)


def reference(schema: Schema, token: str) -> str:
    """Arguments and outputs of one component, and the types that they are made of."""
    definition, name = schema["resources"][token], short(token)
    inputs, outputs = definition["inputProperties"], definition["properties"]
    args = inputs_table(inputs, definition["requiredInputs"], f"{name}Args")
    parts = [f"## Inputs\n\n{args}"]
    shown = list(nested(schema, inputs))
    for inner in shown:
        found = schema["types"][inner]
        fields = inputs_table(found["properties"], found.get("required", []), short(inner))
        parts.append(f"### {short(inner)}\n\n{text(found['description'])}\n\n{fields}")
    parts.append(f"## Outputs\n\n{outputs_table(outputs, name)}")
    for inner in nested(schema, outputs):
        if inner not in shown:
            found = schema["types"][inner]
            fields = outputs_table(found["properties"], short(inner))
            parts.append(f"### {short(inner)}\n\n{text(found['description'])}\n\n{fields}")
    return "\n\n".join(parts)


def nested(schema: Schema, properties: Mapping[str, Any], seen: Sequence[str] = ()) -> Iterator[str]:
    """The named types within the properties, at every depth, each once and before those inside it."""
    known = list(seen)
    for found in properties.values():
        reference_to = found.get("$ref") or found.get("items", {}).get("$ref")
        if reference_to and (token := reference_to.removeprefix(TYPE)) not in known:
            inner = list(nested(schema, schema["types"][token]["properties"], [*known, token]))
            known += [token, *inner]
            yield from (token, *inner)


def inputs_table(properties: Mapping[str, Any], required: Sequence[str], owner: str) -> str:
    """A row for each argument."""
    rows = [
        [*names, input_type(found), "yes" if key in required else "", text(found["description"])]
        for key, names, found in ordered(properties, owner)
    ]
    return table(["Name", "In other languages", "Type", "Required", "Description"], rows)


def outputs_table(properties: Mapping[str, Any], owner: str) -> str:
    """A row for each output."""
    rows = [
        [*names, words(found), text(found["description"])] for _, names, found in ordered(properties, owner)
    ]
    return table(["Name", "In other languages", "Type", "Description"], rows)


def ordered(properties: Mapping[str, Any], owner: str) -> Iterator[tuple[str, list[str], Mapping[str, Any]]]:
    """Key, cells with the names, and definition of each property, in the order of the class `owner`.

    The schema knows neither Python's names nor an order.
    """
    declared = {camel_case(name): name for name in getattr(components, owner).__annotations__}
    if missing := sorted(set(properties) - set(declared)):
        raise PageError(
            f"{owner} has no {', '.join(missing)}: `python -m tests.contract.schema --write` first"
        )
    for key, name in declared.items():
        if key in properties:
            yield key, [f"`{name}`", f"`{key}`" if key != name else ""], properties[key]


def input_type(definition: Mapping[str, Any]) -> str:
    """The type of an argument, and whether it or what is in it may be an output of another resource."""
    inner = definition.get("items") or definition.get("additionalProperties") or {"plain": True}
    if not definition.get("plain"):
        return f"{words(definition)}, may be an output"
    return words(definition) + ("" if inner.get("plain") else " that may be outputs")


def words(definition: Mapping[str, Any], *, many: bool = False) -> str:
    """The type as one says it."""
    if "$ref" in definition:
        name = short(definition["$ref"])
        return f"[{name}](#{name.lower()})"
    if definition["type"] == "array":
        return f"list of {words(definition['items'], many=True)}"
    if definition["type"] == "object":
        return f"mapping of names to {words(definition['additionalProperties'], many=True)}"
    return SIMPLE[definition["type"]] + ("s" if many else "")


def text(description: str) -> str:
    """A description as one paragraph, in which nothing but `code` means anything to Markdown."""
    parts = " ".join(description.split()).split("`")
    plain = [re.sub(r"([<>*|\\])", r"\\\1", part) for part in parts[::2]]
    code = [part.replace("|", r"\|") for part in parts[1::2]]
    return "".join(
        found for pair in zip(plain, [*(f"`{part}`" for part in code), ""], strict=True) for found in pair
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(re.sub(" +", " ", f"| {' | '.join(line)} |") for line in lines)


def joined(page: str, written: str) -> str:
    """The page with `written` between its marks; `PageError` where it has not both, once and in order."""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise PageError(f"needs the lines {BEGIN} and {END}, each once and in this order")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    return f"{before}{BEGIN}\n\n{written}\n\n{END}{after}"


def expected(folder: Path, schema: Schema) -> dict[Path, str]:
    """By file the whole page as it should be; one `PageError` names every page that cannot be."""
    problems = [f"{path} has no description" for path in undescribed(schema)]
    found: dict[Path, str] = {}
    for name, written in [] if problems else pages(schema).items():
        path = folder / name
        try:
            found[path] = joined(path.read_text(encoding="utf-8"), written)
        except FileNotFoundError:
            problems.append(f"{name} is missing: write what it makes, an example, its cost and its limits")
        except PageError as error:
            problems.append(f"{name} {error}")
    if problems:
        raise PageError("\n".join(problems))
    return found


def main(options: list[str]) -> int:
    """Writes or compares the pages; 1 where one differs or cannot be written."""
    try:
        whole = expected(FOLDER, json.loads(COMMITTED.read_text(encoding="utf-8")))
    except PageError as error:
        print(error)
        return 1
    differing = [path for path, page in whole.items() if path.read_text(encoding="utf-8") != page]
    if "--write" in options:
        for path in differing:
            path.write_text(whole[path], encoding="utf-8")
        return 0
    for path in differing:
        print(f"{path.name} differs from what the schema says")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
