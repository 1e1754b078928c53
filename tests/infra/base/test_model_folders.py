"""Model folders: the address of a release, and every way in which a folder is refused."""

import hashlib
import json
from pathlib import Path
from typing import Any, TypedDict

import pytest

from components.base.arguments import ArgumentError, Arguments
from components.base.model_folders import ModelFolder, read_model_folders

ARTIFACT = b"an artifact"
SHA256 = hashlib.sha256(ARTIFACT).hexdigest()


class Nothing(TypedDict):
    """Takes no arguments."""


def make_folder(folder: Path, **changes: Any) -> str:
    """A folder with a model; a change of None leaves the key out."""
    manifest = {"name": "line", "version": "1.0.0", "artifact": "model.joblib", "sha256": SHA256, **changes}
    folder.mkdir()
    (folder / "model.joblib").write_bytes(ARTIFACT)
    (folder / "manifest.json").write_text(json.dumps({k: v for k, v in manifest.items() if v is not None}))
    return str(folder)


def read(*folders: str) -> list[ModelFolder]:
    arguments = Arguments("ModelBucket 'm'", {}, Nothing)
    found = read_model_folders(arguments, folders)
    arguments.check()
    return found


def refused(*folders: str) -> list[str]:
    with pytest.raises(ArgumentError) as error:
        read(*folders)
    return str(error.value).split("\n  - ")[1:]


def test_a_release_lies_under_name_version_and_the_digest_of_both_files(tmp_path: Path) -> None:
    (model,) = read(make_folder(tmp_path / "line"))
    manifest_sha256 = hashlib.sha256((tmp_path / "line" / "manifest.json").read_bytes()).hexdigest()
    digest = hashlib.sha256((SHA256 + manifest_sha256).encode()).hexdigest()
    assert model.prefix == f"models/line/1.0.0/{digest}"
    assert (model.sha256, model.manifest_sha256) == (SHA256, manifest_sha256)
    assert model.files == {
        "artifact": ("model.joblib", SHA256, "application/octet-stream"),
        "manifest": ("manifest.json", manifest_sha256, "application/json"),
    }


def test_another_manifest_is_another_address(tmp_path: Path) -> None:
    one, other = read(make_folder(tmp_path / "a", title="A")), read(make_folder(tmp_path / "b", title="B"))
    assert one[0].sha256 == other[0].sha256
    assert one[0].prefix != other[0].prefix


def test_an_artifact_that_is_not_the_manifests_is_refused_naming_both_digests(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "line")
    with (tmp_path / "line" / "model.joblib").open("ab") as artifact:
        artifact.write(b"!")
    found = hashlib.sha256(ARTIFACT + b"!").hexdigest()
    assert refused(folder) == [
        f"{folder}/model.joblib has the SHA-256 {found}, its manifest.json says {SHA256}",
    ]


def test_every_bad_folder_is_named_at_once(tmp_path: Path) -> None:
    absent, bare = str(tmp_path / "absent"), make_folder(tmp_path / "bare")
    (tmp_path / "bare" / "model.joblib").unlink()
    assert refused(absent, make_folder(tmp_path / "good"), bare) == [
        f"{absent}/manifest.json cannot be read: No such file or directory",
        f"{bare}/model.joblib cannot be read: No such file or directory",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "is not strict JSON: Expecting property name"),
        (b'{"a": NaN}', "is not strict JSON: NaN is not a number in JSON"),
        (b'{"a": "\xff"}', "is not strict JSON: 'utf-8' codec"),
        (b"[]", "must hold a JSON object; got list"),
    ],
)
def test_a_manifest_that_is_no_strict_json_object_is_refused(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    folder = make_folder(tmp_path / "line")
    (tmp_path / "line" / "manifest.json").write_bytes(content)
    (problem,) = refused(folder)
    assert problem.startswith(f"{folder}/manifest.json {reason}")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "Line"),
        ("name", "../line"),
        ("name", "l" * 64),
        ("name", None),
        ("version", "../1"),
        ("version", 1),
        ("artifact", "../model.joblib"),
        ("artifact", "a/model.joblib"),
        ("artifact", None),
        ("sha256", SHA256.upper()),
        ("sha256", None),
    ],
)
def test_a_value_that_could_not_be_an_address_is_refused(tmp_path: Path, key: str, value: Any) -> None:
    folder = make_folder(tmp_path / "line", **{key: value})
    (problem,) = refused(folder)
    assert problem.startswith(f"{folder}/manifest.json: {key} must be a string of the form ")
    assert problem.endswith(f"; got {value!r}")


def test_two_models_of_one_name_are_refused_naming_both_folders(tmp_path: Path) -> None:
    one = make_folder(tmp_path / "one")
    other = make_folder(tmp_path / "other", version="2.0.0")
    assert refused(one, other) == [f"{one} and {other} both hold a model named 'line'"]
