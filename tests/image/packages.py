"""What the image holds, package by package: what the wheels installed, and what of it is still there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from .engine import Engine

# Run in the image. RECORD lists what a wheel installed, with sizes; the image keeps less of it and adds .pyc.
LOOK = """
import csv, importlib.util, json, pathlib
app, packages = pathlib.Path("/app"), []
def size(path):
    return path.stat().st_size if path.is_file() else 0
for record in sorted(app.glob("*.dist-info/RECORD")):
    name, _, version = record.parent.name.removesuffix(".dist-info").partition("-")
    rows = [row for row in csv.reader(record.open(newline="")) if not row[0].endswith(".pyc")]
    files = [app / row[0] for row in rows]
    compiled = [importlib.util.cache_from_source(str(file)) for file in files if file.suffix == ".py"]
    packages.append({
        "name": name.replace("_", "-").lower(), "version": version,
        "installed": sum(int(row[2] or 0) for row in rows),
        "kept": sum(map(size, files)) + sum(size(pathlib.Path(file)) for file in compiled),
        "modules": sorted({row[0].split("/")[0].split(".")[0] for row in rows if ".dist-info" not in row[0]}),
    })
own = [file for file in (app / "inference_app").rglob("*") if file.is_file()]
packages.append({
    "name": "inference_app", "version": "", "installed": sum(map(size, own)), "kept": sum(map(size, own)),
    "modules": ["inference_app"],
})
print(json.dumps(packages))
"""


@dataclass(frozen=True)
class Package:
    """One distribution, sizes in bytes; `modules` are the names that it is imported by."""

    name: str
    version: str
    installed: int
    kept: int
    modules: tuple[str, ...]

    def has_any(self, imported: Iterable[str]) -> bool:
        """Whether one of these modules, by their first names, is of this package."""
        return bool(set(self.modules) & set(imported))


def packages_in(engine: Engine, image: str) -> list[Package]:
    """The packages of `image`, the largest first."""
    found = json.loads(engine("run", "--rm", image, "python", "-c", LOOK))
    packages = [Package(**{**entry, "modules": tuple(entry["modules"])}) for entry in found]
    return sorted(packages, key=lambda package: -package.kept)
