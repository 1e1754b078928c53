"""What ships: the package under either name, what an import costs, the lock and the Dockerfile."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.support.environment import environment
from tests.app.support.process import ROOT, running

APP = ROOT / "inference_app"
DOCKERFILE = (APP / "Dockerfile").read_text()
INSTRUCTIONS = [
    line for line in DOCKERFILE.replace("\\\n", " ").splitlines() if line and not line.startswith("#")
]


def modules_after(statement: str, path: Path = ROOT) -> set[str]:
    """The modules that are imported once `statement` has run in a new interpreter."""
    code = (
        f"import sys, json; sys.path.insert(0, {str(path)!r}); {statement}; print(json.dumps([*sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True, text=True)
    return set(json.loads(done.stdout))


def test_it_runs_under_the_name_that_it_has_in_the_distribution(tmp_path: Path) -> None:
    (tmp_path / "spot_inference_app").symlink_to(APP)
    everything = [
        ".".join(("spot_inference_app", *path.relative_to(APP).with_suffix("").parts))
        for path in sorted(APP.rglob("*.py"))
        if path.name not in ("__init__.py", "__main__.py")
    ]
    loaded = modules_after(f"import {', '.join(everything)}", tmp_path)
    assert not [name for name in loaded if name.split(".")[0] == "inference_app"]
    assert set(everything) <= loaded


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("inference_app.hosts.server", {"flask", "numpy", "jwt", "waitress", "botocore", "sklearn"}),
        ("inference_app.hosts.worker", {"sklearn", "joblib", "botocore", "pandas", "scipy"}),
        (
            "inference_app.hosts.lambda_handler",
            {"sklearn", "joblib", "botocore", "pandas", "waitress", "scipy", "flask", "werkzeug", "PIL"},
        ),
        ("inference_app.serving.answer", {"flask", "botocore", "waitress", "sklearn"}),
    ],
)
def test_nothing_is_imported_before_it_is_needed(module: str, absent: set[str]) -> None:
    assert not modules_after(f"import {module}") & absent


def test_every_requirement_is_locked_with_hashes_and_no_index() -> None:
    lock = (APP / "requirements.lock").read_text()
    entries = re.findall(
        r"^([a-z0-9-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", lock, re.MULTILINE
    )
    locked = {name for name, _, _ in entries}
    lines = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(lines) == len(entries)
    assert not {"pandas", "cryptography"} & locked  # what serving does not use
    wanted = re.findall(r"^([a-z0-9-]+)", (APP / "requirements.in").read_text(), re.MULTILINE)
    assert set(wanted) <= locked
    assert not re.search(r"https?://|^-i|^--(extra-)?index-url|^--find-links", lock, re.MULTILINE)


def test_the_image_runs_as_a_high_numbered_user_in_exec_form_and_checks_itself() -> None:
    users = [line.split()[1] for line in INSTRUCTIONS if line.startswith("USER ")]
    assert int(users[-1].split(":")[0]) >= 10_000
    assert INSTRUCTIONS[-1] == 'CMD ["python", "-m", "inference_app"]'
    assert not [line for line in INSTRUCTIONS if line.startswith("ENTRYPOINT")]
    check = next(line for line in INSTRUCTIONS if line.startswith("HEALTHCHECK"))
    assert check.endswith('CMD ["python", "-m", "inference_app.hosts.health"]')


def test_the_dockerfile_needs_no_buildkit_and_trusts_hashes_only() -> None:
    assert "--mount" not in DOCKERFILE
    assert "<<" not in DOCKERFILE
    assert "# syntax" not in DOCKERFILE
    assert INSTRUCTIONS[0].startswith("ARG PYTHON_IMAGE=python:3.")
    assert (
        len(
            [
                line
                for line in INSTRUCTIONS
                if line == "FROM ${PYTHON_IMAGE}" or line == "FROM ${PYTHON_IMAGE} AS build"
            ]
        )
        == 2
    )
    assert "--require-hashes" in DOCKERFILE
    assert "compileall" in DOCKERFILE
    for setting in ("OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"):
        assert setting in DOCKERFILE
    assert "COPY . /app/inference_app" in INSTRUCTIONS  # the same name whatever the folder is called


def test_the_containers_own_check_tells_a_living_server_from_none(tmp_path: Path) -> None:
    missing = [
        {"name": "a", "uri": "/nowhere", "version": "1", "sha256": "0" * 64, "manifest_sha256": "0" * 64}
    ]

    def check(port: int) -> int:
        return subprocess.run(
            [sys.executable, "-m", "inference_app.hosts.health"],
            cwd=ROOT,
            env={"PORT": str(port)},
            check=False,
        ).returncode

    with running(environment(tmp_path, missing, default="a"), tmp_path / "log", ready="/healthz") as (
        _,
        port,
    ):
        assert check(port) == 0
    assert check(port) == 1
