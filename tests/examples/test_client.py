"""The client in ten lines and the README's snippets, run as a reader would, against `make local`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.local.command import free_ports, run

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "examples" / "client.py"
CALL_IT = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Call it")[2].partition("\n## ")[0]
HOSTS = ("fargate", "lambda")


def snippet(language: str) -> str:
    """The only block of that language in the README's section."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", CALL_IT, re.DOTALL | re.MULTILINE)
    return str(text)


def documented() -> list[Any]:
    """The answers that the README shows."""
    (text,) = re.findall(r"in this order:\n\n```\n(.*?)^```$", CALL_IT, re.DOTALL | re.MULTILINE)
    return [json.loads(line) for line in str(text).splitlines()]


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, dict[str, str]]]:
    """The environment that the README exports, for each host of the local cloud."""
    port = free_ports()
    with run("--stack", "dev", "--port", str(port)) as command:
        command.until("ready: ")
        login = command.until("TOKEN=")
        password = re.search(r'"password": "([^"]+)"', login)
        assert password is not None
        yield {
            host: {"URL": f"http://127.0.0.1:{port + i}", "USER": "demo", "PASSWORD": password[1]}
            for i, host in enumerate(HOSTS)
        }


def answers(command: Sequence[str | Path], environ: dict[str, str]) -> list[Any]:
    """What the program prints, a JSON document a line or one after the other."""
    ran = subprocess.run(
        command, env={**os.environ, **environ}, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    found, text = [], ran.stdout.strip()
    while text:
        document, end = json.JSONDecoder().raw_decode(text)
        found.append(document)
        text = text[end:].lstrip()
    return found


def approximately(document: Any) -> Any:
    """`document` with its numbers to 1e-9, which another processor may not give to the last bit."""
    if isinstance(document, dict):
        return {key: approximately(value) for key, value in document.items()}
    if isinstance(document, list):
        return [approximately(value) for value in document]
    return pytest.approx(document, rel=1e-9) if isinstance(document, float) else document


@pytest.mark.parametrize("host", HOSTS)
def test_the_curl_lines_give_the_answers_that_the_readme_shows(
    host: str, served: dict[str, dict[str, str]]
) -> None:
    assert shutil.which("curl"), "curl is not on PATH; install it (Debian: apt-get install curl)"
    assert answers(["bash", "-euc", snippet("bash")], served[host]) == approximately(documented())


@pytest.mark.parametrize("host", HOSTS)
def test_the_client_in_ten_lines_predicts(host: str, served: dict[str, dict[str, str]]) -> None:
    assert answers([sys.executable, CLIENT], served[host]) == approximately(documented()[1:2])


@pytest.mark.parametrize("host", HOSTS)
def test_the_javascript_predicts(host: str, served: dict[str, dict[str, str]], tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not on PATH: the JavaScript of the README is not run here")
    (tmp_path / "client.mjs").write_text(snippet("javascript"))
    assert answers(["node", tmp_path / "client.mjs"], served[host]) == approximately(documented()[1:2])


def test_the_readme_shows_the_client_as_it_is_and_it_has_ten_lines() -> None:
    code = CLIENT.read_text().split('"""\n\n', 1)[1]
    assert snippet("python") == code
    assert len([line for line in code.splitlines() if line]) == 10
