"""The folders of one run, all temporary: clones of the project, a file backend, the CLI's home, the logs."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "venv", "__pycache__", "node_modules", ".*_cache", "build", "dist", "*.egg-info"
)


class Workspace:
    """A temporary folder with everything that a run writes; nothing is written into the project."""

    def __init__(self, keep: Path | None = None) -> None:
        self.keep = keep is not None
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
        self.root = (keep or Path(tempfile.mkdtemp(prefix="spot-inference-engine-"))).resolve()
        self._pristine = self.root / "pristine"
        for name in ("state", "home", "logs", "tmp"):
            (self.root / name).mkdir(exist_ok=True)

    def backend(self, name: str = "state") -> str:
        """The URL of a file backend in this workspace."""
        (self.root / name).mkdir(exist_ok=True)
        return f"file://{self.root / name}"

    def clone(self, name: str, *, group_writable: bool = False) -> Path:
        """A copy of the project as a clone has it: the files that git knows or would add, nothing else.

        All clones of a run hold the same, whatever is edited meanwhile. `group_writable` makes it the clone
        of somebody whose umask is 002, as on Fedora.
        """
        target = self.root / name
        for path in _files(ROOT) if not self._pristine.exists() else []:
            _copy(ROOT / path, self._pristine / path, 0o755, 0o644)
        for file in sorted(self._pristine.rglob("*")):
            if file.is_file():
                modes = (0o775, 0o664) if group_writable else (0o755, 0o644)
                _copy(file, target / file.relative_to(self._pristine), *modes)
        (target / ".venv").symlink_to(sys.prefix)
        return target

    def close(self) -> None:
        """Removes the folder unless it was asked for by name."""
        if not self.keep:
            shutil.rmtree(self.root, ignore_errors=True)


def _copy(source: Path, target: Path, executable: int, plain: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(executable if os.access(source, os.X_OK) else plain)


def _files(root: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        names = sorted(set(listed.stdout.split("\0")) - {""})
        return [Path(name) for name in names if (root / name).is_file()]
    with tempfile.TemporaryDirectory() as folder:  # no git, or not a clone: all but what tools leave
        copy = Path(folder, "copy")
        shutil.copytree(root, copy, ignore=LEFT_OUT)
        return sorted(path.relative_to(copy) for path in copy.rglob("*") if path.is_file())
