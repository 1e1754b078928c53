"""Train the models again and write their artifacts and manifests, or, with --check, only compare them.

Runs in the environment of requirements/train.txt. Exits 0 when done, 1 when a training failed or, with
--check, gave other bytes than the files that are there, 3 when a package it needs is not installed.
"""

import argparse
import importlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FAILED = 1
MISSING = 3


def model_names() -> list[str]:
    """Name the models: the folders that hold a train.py."""
    return sorted(script.parent.name for script in FOLDER.glob("*/train.py"))


def script(name: str) -> Any:
    """Import the model's train.py, and with it numpy and all the others: not before the threads are set."""
    return importlib.import_module(f"model_artifacts.{name}.train")


def differing(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Name the files whose content on disk is another one, or missing."""
    return [
        name
        for name, content in files.items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != content
    ]


def train_one(name: str, *, check: bool) -> bool:
    """Train one model, then write its files or, with `check`, compare them; True when all is well."""
    folder = FOLDER / name
    started = time.monotonic()

    def say(what: str) -> None:
        print(f"{name}: {what}", flush=True)

    release = script(name).train(say)
    files: dict[str, bytes] = release.files()
    changed = differing(folder, files)
    say(", ".join(f"{key} {value}" for key, value in release.manifest["training"]["metrics"].items()))
    if not check:
        for file in changed:
            (folder / file).write_bytes(files[file])
    result = " and ".join(changed) + (" differ" if check else " written") if changed else "unchanged"
    say(f"{result}, sha256 {release.manifest['sha256']} ({time.monotonic() - started:.1f} s)")
    return not (check and changed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit status."""
    parser = argparse.ArgumentParser(prog="python -m model_artifacts.train", description=__doc__)
    parser.add_argument(
        "models", nargs="*", metavar="model", help=f"default: all ({', '.join(model_names())})"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing, compare with the files that are there"
    )
    options = parser.parse_args(arguments)
    names = list(dict.fromkeys(options.models)) or model_names()
    if unknown := sorted(set(names) - set(model_names())):
        parser.error(f"no such model: {', '.join(unknown)}; there are {', '.join(model_names())}")

    # Before numpy is loaded, by the first model: more threads would add in another order.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    os.environ["OMP_NUM_THREADS"] = "1"
    passed = 0
    for name in names:
        try:
            passed += train_one(name, check=options.check)
        except ModuleNotFoundError as error:
            print(f"{error}: install requirements/train.txt (`make train` does)", file=sys.stderr)
            return MISSING
        except (OSError, ValueError) as error:
            print(f"{name}: failed: {error}", file=sys.stderr)
    print(f"train: {passed} passed, {len(names) - passed} failed")
    return 0 if passed == len(names) else FAILED


if __name__ == "__main__":
    sys.exit(main())
