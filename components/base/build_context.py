"""The content of a Docker build context as one hash: what is equal builds alike, what differs is told apart.

The same files count as in the build: those that `.dockerignore` leaves. Each counts with its path, mode and
content, because the builder rebuilds on a change of any of them.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

IGNORE_FILE, DOCKERFILE = ".dockerignore", "Dockerfile"
# Docker knows these, too; no pattern here needs them, and a wrong reading would hash the wrong files.
UNSUPPORTED = re.compile(r"[\[\]\\]")


class ContextError(ValueError):
    """Why a folder cannot be built."""


def hash_of(context: Path) -> str:
    """The hash of the folder as a build context, in hexadecimal digits; `ContextError` if it is none."""
    if not (context / DOCKERFILE).is_file():
        raise ContextError(f"{context} holds no {DOCKERFILE}")
    total = hashlib.sha256()
    # The builder reads the Dockerfile even where the context ignores it.
    for path in [PurePosixPath(DOCKERFILE), *sorted(files(context), key=str)]:
        file = context / path
        content = file.read_bytes() if file.is_file() else b""
        link = str(file.readlink()) if file.is_symlink() else ""
        header = f"{path}\0{file.lstat().st_mode:o}\0{link}\0{len(content)}\0"
        total.update(header.encode("utf-8", "surrogateescape") + content)
    return total.hexdigest()


def files(context: Path) -> Iterator[PurePosixPath]:
    """The files and links of the context that are not ignored, relative to it."""
    ignore_file = context / IGNORE_FILE
    rules = parse(ignore_file.read_text("utf-8")) if ignore_file.is_file() else []
    for found in context.rglob("*"):
        path = PurePosixPath(found.relative_to(context).as_posix())
        if (found.is_symlink() or found.is_file()) and not ignored(path, rules):
            yield path


@dataclass(frozen=True)
class Rule:
    """One line of a `.dockerignore`: which paths it means, and whether it takes them back in (`!`)."""

    pattern: re.Pattern[str]
    keeps: bool


def parse(text: str) -> list[Rule]:
    """The rules of a `.dockerignore`: `*`, `?`, `**`, `!` and `#` as Docker reads them."""
    lines = [line.strip() for line in text.splitlines() if not line.startswith("#")]
    return [_rule(line) for line in lines if line]


def ignored(path: PurePosixPath, rules: list[Rule]) -> bool:
    """Whether the last rule that means the path, or a folder above it, ignores it."""
    matching = [rule for rule in rules if rule.pattern.fullmatch(str(path))]
    return bool(matching) and not matching[-1].keeps


def _rule(line: str) -> Rule:
    if UNSUPPORTED.search(line):
        raise ContextError(f"{IGNORE_FILE} has the pattern '{line}'; only *, ?, ** and ! are supported")
    keeps = line.startswith("!")
    glob = str(PurePosixPath(line.removeprefix("!").strip())).lstrip("/")
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    expression = re.sub(r"\*\*/|\*\*|\*|\?|[^*?]+", lambda m: parts.get(m[0], re.escape(m[0])), glob)
    # What lies in a folder that is meant is meant, too.
    return Rule(re.compile(f"{expression}(?:/.*)?", re.DOTALL), keeps)
