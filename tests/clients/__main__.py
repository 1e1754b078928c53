"""`make clients`: tritonclient and KServe's client, as PyPI has them, against the server and the function.

Each runs in an environment of its own under build/clients (made when it is missing). Ends in
`clients: N passed, M failed`. Exit codes: 0; 1 where a check failed; 3 where an environment could not be
made or the service did not start. Arguments are names of clients; without any, all are run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Timer

from tests.clients.environments import ROOT, InstallError, python_of
from tests.clients.service import NotStartedError, open_hosts, token_of
from tests.support.report import Outcome

CLIENTS = {"triton": "tests.clients.triton", "kserve": "tests.clients.kserve_rest"}
SECONDS = 120  # for all checks of one client


def main() -> int:
    """Makes the environments, starts the service, runs the clients; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.clients", description=__doc__)
    parser.add_argument(
        "clients", nargs="*", metavar="CLIENT", help=f"of {', '.join(CLIENTS)}; all by default"
    )
    chosen = parser.parse_args().clients or list(CLIENTS)
    if unknown := set(chosen) - CLIENTS.keys():
        parser.error(f"no client is called {', '.join(sorted(unknown))}")
    outcome = Outcome()
    try:
        pythons = {client: python_of(client) for client in chosen}
        with tempfile.TemporaryDirectory() as folder, open_hosts(Path(folder)) as hosts:
            for client, python in pythons.items():
                for host, url in hosts.items():
                    _run(client, python, host, url, outcome)
    except (InstallError, NotStartedError) as error:
        print(f"clients: not run: {error}", file=sys.stderr)
        outcome.close("clients", could_run=False)
        return 3
    except KeyboardInterrupt:
        print("clients: interrupted", file=sys.stderr)
        return 130
    return outcome.close("clients")


def _run(client: str, python: Path, host: str, url: str, outcome: Outcome) -> None:
    """Runs the checks of one client against one host, a line each."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR")}
    environ = {**kept, "CLIENTS_URL": url, "CLIENTS_TOKEN": token_of(url), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(python), "-m", CLIENTS[client]]
    seen = 0
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        deadline = Timer(SECONDS, process.kill)
        deadline.start()
        for line in process.stdout or ():
            if line.startswith('{"name"'):
                seen += 1
                _report(client, host, json.loads(line), outcome)
        code = process.wait()
        deadline.cancel()
        errors.seek(0)
        if code or not seen:
            why = f"ended with {code} (it has {SECONDS} s): {errors.read().strip()[-2000:]}"
            _report(client, host, {"name": "runs to its end", "why": why}, outcome)


def _report(client: str, host: str, result: dict[str, str | None], outcome: Outcome) -> None:
    why = result["why"]
    print(f"{client:8} {host:9} {result['name']:62} {'FAILED' if why else 'passed'}", flush=True)
    if why:
        print(f"{'':18} {why}", flush=True)
    outcome.add(not why)


if __name__ == "__main__":
    sys.exit(main())
