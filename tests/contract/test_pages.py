"""The pages of the components are what the command writes, and what people wrote in them is true."""

import copy
import importlib.util
import json
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.provider.experimental.component import ComponentProvider

import components
from components.base.children import PACKAGE, token
from local_cloud.recording import Graph, Resource
from tests.contract import pages
from tests.contract.samples import COMPONENTS, NAME, REPOSITORY, SAMPLES, children, made
from tests.contract.schema import COMMITTED
from tests.support.fake_aws import graph_of

SCHEMA: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in pages.FOLDER.glob("*.md")}
SECTIONS = ("What it makes", "Inputs", "Outputs", "Cost", "Limits")

every_page = pytest.mark.parametrize("component", COMPONENTS)


def blocks(language: str) -> list[Any]:
    """Every example in that language, with the page that it stands on."""
    return [
        pytest.param(page, found, id=f"{page}-{at}")
        for page, written in sorted(PAGES.items())
        for at, found in enumerate(
            re.findall(rf"^```{language}\n(.*?)^```$", written, re.DOTALL | re.MULTILINE)
        )
    ]


def test_the_pages_are_what_the_command_writes() -> None:
    differing = [
        path.name
        for path, page in pages.expected(pages.FOLDER, SCHEMA).items()
        if path.read_text(encoding="utf-8") != page
    ]
    assert differing == [], "`python -m tests.contract.pages --write` writes them"


def test_there_is_a_page_for_each_component_and_none_besides() -> None:
    assert set(PAGES) == {*COMPONENTS, "README"}


@every_page
def test_a_page_names_everything_in_python_and_in_other_languages(component: str) -> None:
    resource = SCHEMA["resources"][token(component)]
    args = getattr(components, f"{component}Args").__annotations__
    outputs = getattr(components, component).__annotations__
    names = {*args, *outputs, *resource["inputProperties"], *resource["properties"]}
    assert [name for name in sorted(names) if f"| `{name}` |" not in PAGES[component]] == []


@every_page
def test_a_page_has_every_section_and_a_picture(component: str) -> None:
    assert [name for name in SECTIONS if f"\n## {name}\n" not in PAGES[component]] == []
    assert PAGES[component].startswith(f"# {component}\n")
    assert "\n```text\n" in PAGES[component]
    assert "\n```python\n" in PAGES[component]


def without_a_description(change: Callable[[dict[str, Any]], None]) -> str:
    """What the command says of a schema in which something has no description."""
    schema = copy.deepcopy(SCHEMA)
    change(schema)
    with pytest.raises(pages.PageError) as refused:
        pages.expected(pages.FOLDER, schema)
    return str(refused.value)


def test_an_argument_without_a_description_is_named() -> None:
    network = token("Network")
    said = without_a_description(lambda s: s["resources"][network]["inputProperties"]["zones"].clear())
    assert said == "Network.zones has no description"


def test_an_output_without_a_description_is_named() -> None:
    network = token("Network")
    said = without_a_description(lambda s: s["resources"][network]["properties"]["vpcId"].pop("description"))
    assert said == "Network.vpcId has no description"


def test_a_field_without_a_description_is_named() -> None:
    release = token("ModelRelease")
    said = without_a_description(lambda s: s["types"][release]["properties"]["uri"].update(description=" "))
    assert said == "ModelRelease.uri has no description"


def test_every_page_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for name in pages.pages(SCHEMA):
        (tmp_path / name).write_text(f"{pages.BEGIN}\n{pages.END}\n")
    (tmp_path / "Network.md").unlink()
    (tmp_path / "Monitoring.md").write_text("# Monitoring\n")
    (tmp_path / "ModelBucket.md").write_text(f"{pages.END}\n{pages.BEGIN}\n")
    with pytest.raises(pages.PageError) as refused:
        pages.expected(tmp_path, SCHEMA)
    assert [line.split()[0] for line in str(refused.value).splitlines()] == [
        "ModelBucket.md",
        "Monitoring.md",
        "Network.md",
    ]


def test_what_people_wrote_stays() -> None:
    page = f"before\n{pages.BEGIN}\nold\n{pages.END}\nafter\n"
    assert pages.joined(page, "new") == f"before\n{pages.BEGIN}\n\nnew\n\n{pages.END}\nafter\n"


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ({"type": "integer", "plain": True}, "whole number"),
        ({"type": "string"}, "string, may be an output"),
        ({"type": "array", "items": {"type": "string"}}, "list of strings, may be an output"),
        (
            {"type": "array", "plain": True, "items": {"type": "string"}},
            "list of strings that may be outputs",
        ),
        ({"type": "array", "plain": True, "items": {"type": "string", "plain": True}}, "list of strings"),
        (
            {"type": "object", "plain": True, "additionalProperties": {"type": "string"}},
            "mapping of names to strings that may be outputs",
        ),
        (
            {"$ref": "#/types/spot-inference:index:ModelRelease", "plain": True},
            "[ModelRelease](#modelrelease)",
        ),
    ],
)
def test_types_are_said_in_words(definition: dict[str, Any], said: str) -> None:
    assert pages.input_type(definition) == said


def test_a_description_means_nothing_to_markdown_but_its_code() -> None:
    assert pages.text("a <b>\n    and * of `c*|<d>`|") == r"a \<b\> and \* of `c*\|<d>`\|"


@every_page
def test_the_table_of_children_is_what_the_component_makes(component: str) -> None:
    found = re.findall(r"^\| `-(\S+)` \| `(\S+)` \| (.+?) \|", PAGES[component], re.MULTILINE)
    rows = [(re.compile(name_pattern(name)), kind, when) for name, kind, when in found]
    assert rows
    seen: list[set[int]] = []
    for sample in SAMPLES:
        if sample.component != component:
            continue
        seen.append(set())
        for child in children(sample):
            if child.parent == made(sample).urn:
                fitting = [at for at, (name, kind, _) in enumerate(rows) if fits(child, name, kind)]
                assert fitting, f"{child.type} {child.name} does not stand on the page"
                seen[-1] |= set(fitting)
    never = [found[at] for at in range(len(rows)) if not any(at in one for one in seen)]
    assert never == []
    not_always = [
        found[at] for at, row in enumerate(rows) if row[2] == "always" and not all(at in s for s in seen)
    ]
    assert not_always == []


def name_pattern(written: str) -> str:
    """What a child's name looks like, of which `<…>` stands for any part."""
    return "".join(
        ".+" if part.startswith("<") else re.escape(part) for part in re.split("(<[^>]+>)", written)
    )


def fits(child: Resource, name: re.Pattern[str], kind: str) -> bool:
    """Whether a row of the table is about the child."""
    package, *module, resource = child.type.split(":")
    short = ":".join([package, *(part.split("/")[0] for part in module), resource])
    return short == kind and name.fullmatch(child.name.removeprefix(f"{NAME}-")) is not None


@pytest.fixture
def program_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program's folder with models and an image of its own, in which the library has its public name."""
    (tmp_path / "models").symlink_to(REPOSITORY / "model_artifacts")
    (tmp_path / "server").symlink_to(REPOSITORY / "tests" / "contract" / "image")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "spot_inference", components)
    return tmp_path


def check(graph: Graph, page: str) -> None:
    """The example makes what the page is about, and every output of it has a value."""
    assert graph.of_type(token(page))
    assert graph.exports
    assert [key for key, value in graph.exports.items() if not value] == []


@pytest.mark.parametrize(("page", "example"), blocks("python"))
def test_an_example_in_python_runs(page: str, example: str, program_folder: Path) -> None:
    program = program_folder / "__main__.py"
    program.write_text(example)
    check(graph_of(lambda: runpy.run_path(str(program))), page)


PROVIDER = ComponentProvider(list(COMPONENTS.values()), PACKAGE)


@pytest.mark.parametrize(("page", "example"), blocks("yaml"))
def test_an_example_in_yaml_runs(page: str, example: str, program_folder: Path) -> None:
    assert program_folder.is_dir()
    program = yaml.safe_load(example)
    states: dict[str, Any] = {}

    def filled(value: Any) -> Any:
        """The value with the outputs of earlier resources in place of ${name.output}."""
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        if isinstance(value, str) and (found := re.fullmatch(r"\$\{(\w+)\.(\w+)\}", value)):
            return states[found[1]][found[2]]
        return value

    def construct() -> None:
        for name, resource in program["resources"].items():
            properties = resource.get("properties", {})
            assert unknown(properties, SCHEMA["resources"][resource["type"]]["inputProperties"]) == []
            states[name] = PROVIDER.construct(name, resource["type"], filled(properties), None).state

    graph = graph_of(construct)
    assert graph.of_type(token(page))
    assert [value for value in program["outputs"].values() if filled(value) == value] == []


def unknown(given: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """Keys that the schema does not know, at every depth; the plugin's host drops them without a word."""
    wrong = [key for key in given if key not in known]
    for key in set(given) & set(known):
        if "$ref" in known[key] and isinstance(given[key], dict):
            inner = SCHEMA["types"][known[key]["$ref"].removeprefix(pages.TYPE)]
            wrong += unknown(given[key], inner["properties"])
    return wrong


def test_there_are_examples_in_both_languages() -> None:
    assert len(blocks("python")) >= len(COMPONENTS)
    assert blocks("yaml")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", PAGES[page])
    heads = {f"#{head.lower()}" for head in re.findall(r"^#+ (\w+)$", PAGES[page], re.MULTILINE)}
    files = [link for link in links if not link.startswith("#")]
    assert [link for link in links if link.startswith("#") and link not in heads] == []
    assert [link for link in files if not (pages.FOLDER / link).exists()] == []


README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_the_example_of_the_readme_runs(program_folder: Path) -> None:
    section = README.partition("## Import a component")[2].partition("\n## ")[0]
    (example,) = re.findall(r"^```python\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    program = program_folder / "__main__.py"
    program.write_text(example)
    check(graph_of(lambda: runpy.run_path(str(program))), "ApiGatewayLambda")


def test_the_readme_names_every_target_with_the_command_behind_it() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = {*re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)} - {"help", "clean"}
    named = dict(re.findall(r"^\| `make ([a-z]+)` \| `python -m ([a-z_.]+)` \|", README, re.MULTILINE))
    assert set(named) == targets
    assert [module for module in named.values() if importlib.util.find_spec(module) is None] == []


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert [link for link in links if not (REPOSITORY / link).exists()] == []
