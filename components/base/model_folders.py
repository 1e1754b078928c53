"""Reads models' folders and refuses an artifact that is not the one its manifest names."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from .arguments import Arguments

MANIFEST = "manifest.json"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
FILE_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,127}")


@dataclass(frozen=True)
class ModelFolder:
    """One model at one version on this machine: where its two files lie and what they contain."""

    folder: str
    name: str
    version: str
    artifact: str
    sha256: str
    manifest_sha256: str

    @property
    def prefix(self) -> str:
        """Where it is kept; another content is another place, so nothing that was served is overwritten."""
        digest = hashlib.sha256((self.sha256 + self.manifest_sha256).encode("ascii")).hexdigest()
        return f"models/{self.name}/{self.version}/{digest}"

    @property
    def files(self) -> dict[str, tuple[str, str, str]]:
        """What is uploaded: kind → (file name, SHA-256, content type)."""
        return {
            "artifact": (self.artifact, self.sha256, "application/octet-stream"),
            "manifest": (MANIFEST, self.manifest_sha256, "application/json"),
        }


def read_model_folders(arguments: Arguments, folders: Sequence[str]) -> list[ModelFolder]:
    """Every folder that is whole; problems of the others, and names used twice, go to `arguments`."""
    found: list[ModelFolder] = []
    for folder in folders:
        try:
            found.append(_read(folder))
        except _Unusable as problem:
            arguments.problem(str(problem))
    for model in found:
        first = next(other for other in found if other.name == model.name)
        if first is not model:
            arguments.problem(f"{first.folder} and {model.folder} both hold a model named '{model.name}'")
    return found


class _Unusable(Exception):  # noqa: N818 - the sentence is the problem; it never leaves this file
    pass


def _read(folder: str) -> ModelFolder:
    manifest_path = Path(folder) / MANIFEST
    content = _bytes(manifest_path)
    try:
        manifest: Any = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except ValueError as error:
        raise _Unusable(f"{manifest_path} is not strict JSON: {error}") from error
    if not isinstance(manifest, dict):
        raise _Unusable(f"{manifest_path} must hold a JSON object; got {type(manifest).__name__}")
    name = _text(manifest, "name", NAME, manifest_path)
    version = _text(manifest, "version", VERSION, manifest_path)
    artifact = _text(manifest, "artifact", FILE_NAME, manifest_path)
    promised = _text(manifest, "sha256", re.compile("[0-9a-f]{64}"), manifest_path)
    sha256 = hashlib.sha256(_bytes(Path(folder) / artifact)).hexdigest()
    if sha256 != promised:
        raise _Unusable(f"{Path(folder) / artifact} has the SHA-256 {sha256}, its {MANIFEST} says {promised}")
    return ModelFolder(folder, name, version, artifact, sha256, hashlib.sha256(content).hexdigest())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _Unusable(f"{path} cannot be read: {error.strerror}") from error


def _text(manifest: dict[str, Any], key: str, pattern: re.Pattern[str], path: Path) -> str:
    value = manifest.get(key)
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise _Unusable(f"{path}: {key} must be a string of the form {pattern.pattern}; got {value!r}")


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number in JSON")
