"""The plugin runs as the CLI runs it, and tells the committed schema, in which everything is described."""

import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import components
from tests.contract import schema
from tests.contract.samples import COMPONENTS

COMMITTED: dict[str, Any] = json.loads(schema.COMMITTED.read_text(encoding="utf-8"))
PLUGIN_FILE = schema.FOLDER / "PulumiPlugin.yaml"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """The schema as the CLI gets it: the folder run from anywhere."""
    return schema.ask(sys.executable, str(schema.FOLDER), cwd=Path("/"))


def test_the_plugin_tells_the_committed_schema(told: dict[str, Any]) -> None:
    assert json.loads(schema.text(told)) == COMMITTED, "`python -m tests.contract.schema --write` accepts it"


def test_the_plugin_has_the_library_s_version(told: dict[str, Any]) -> None:
    assert told["version"] == components.__version__


def test_the_plugin_runs_as_a_module_too() -> None:
    told = schema.ask(sys.executable, "-m", "components", cwd=schema.REPOSITORY)
    assert json.loads(schema.text(told)) == COMMITTED


def test_the_plugin_runs_under_the_distribution_s_name(tmp_path: Path) -> None:
    kept = shutil.ignore_patterns("venv", "__pycache__")
    shutil.copytree(schema.FOLDER, tmp_path / "spot_inference", ignore=kept)
    told = schema.ask(sys.executable, "-m", "spot_inference", cwd=tmp_path)
    assert json.loads(schema.text(told)) == COMMITTED


def test_the_schema_has_every_component() -> None:
    assert set(COMMITTED["resources"]) == {f"spot-inference:index:{name}" for name in COMPONENTS}


def test_the_folder_is_a_plugin_of_the_python_runtime() -> None:
    said = PLUGIN_FILE.read_text(encoding="utf-8")
    assert "\nruntime:\n  name: python\n" in said
    assert "toolchain: pip" in said


def described() -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Everything in the schema that a page is generated from: path, definition, whether it is required."""
    for kind, definitions in (("resource", COMMITTED["resources"]), ("type", COMMITTED["types"])):
        for name, definition in definitions.items():
            yield name, definition, True
            inputs = definition.get("inputProperties" if kind == "resource" else "properties", {})
            required = definition.get("requiredInputs" if kind == "resource" else "required", [])
            for key, inner in inputs.items():
                yield f"{name}.{key}", inner, key in required
            for key, inner in definition.get("properties", {}).items():
                yield f"{name}.{key} (output)", inner, True


def test_every_component_argument_and_output_is_described() -> None:
    assert len(list(described())) > 100
    bad = [path for path, found, _ in described() if not found.get("description", "").strip().endswith(".")]
    assert bad == []


def test_every_optional_argument_states_its_default() -> None:
    optional = [(path, found["description"]) for path, found, required in described() if not required]
    assert optional
    silent = [path for path, said in optional if "Default" not in said and "required unless" not in said]
    assert silent == []


def test_nothing_of_another_package_is_copied_into_the_schema() -> None:
    """The analyser copies a provider's classes; they would be frozen at today's version."""
    assert COMMITTED["dependencies"] == []
    references = [line for line in json.dumps(COMMITTED, indent=1).splitlines() if '"$ref"' in line]
    assert references
    assert [line for line in references if '"#/types/spot-inference:index:' not in line] == []


def test_no_file_hides_a_standard_module() -> None:
    """The CLI's way puts the folder on the import path: a types.py there would kill the interpreter."""
    names = {path.stem for path in schema.FOLDER.glob("*.py")} - {"__init__", "__main__"}
    assert names
    assert names & set(sys.stdlib_module_names) == set()


def test_component_modules_keep_their_annotations() -> None:
    """The analyser reads annotations as they are; the future import would make texts of them."""
    late = [
        path.relative_to(schema.REPOSITORY).as_posix()
        for path in schema.FOLDER.rglob("*.py")
        if "from __future__ import annotations" in path.read_text(encoding="utf-8")
    ]
    assert late == []
    assert COMMITTED["namespace"] == importlib.import_module("components.__main__").NAMESPACE
