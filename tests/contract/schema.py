"""The schema that other languages' SDKs are made from, asked of the running plugin and kept in schema.json.

python -m tests.contract.schema            says whether the committed file is the plugin's
python -m tests.contract.schema --write    writes it
"""

import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "components"
COMMITTED = Path(__file__).with_name("schema.json")

# Nothing answers there; the plugin asks its engine only when it constructs.
NO_ENGINE = "127.0.0.1:1"


@contextmanager
def plugin(*command: str, cwd: Path) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    """The plugin, started with `command` in the folder `cwd`; ends it afterwards."""
    process = subprocess.Popen([*command, NO_ENGINE], stdout=subprocess.PIPE, text=True, cwd=cwd)
    try:
        assert process.stdout
        port = process.stdout.readline().strip()
        assert port, f"{' '.join(command)} ended with {process.wait()} before it printed its port"
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield provider_pb2_grpc.ResourceProviderStub(channel)
    finally:
        process.terminate()
        process.communicate()


def ask(*command: str, cwd: Path) -> dict[str, Any]:
    """The schema as the plugin tells it."""
    with plugin(*command, cwd=cwd) as host:
        answer = host.GetSchema(provider_pb2.GetSchemaRequest(), timeout=30)
    schema: dict[str, Any] = json.loads(answer.schema)
    return schema


def text(schema: dict[str, Any]) -> str:
    """The schema as it is committed: without the version, which a release changes and nothing else."""
    kept = {key: _dedented(value) for key, value in schema.items() if key != "version"}
    return json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _dedented(value: Any) -> Any:
    """The value with descriptions as Python 3.13 has them; earlier ones keep a docstring's indentation."""
    if isinstance(value, list):
        return [_dedented(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: inspect.cleandoc(item) if key == "description" and isinstance(item, str) else _dedented(item)
        for key, item in value.items()
    }


def main(options: list[str]) -> int:
    """Writes or compares the committed file; 1 where it differs."""
    told = text(ask(sys.executable, str(FOLDER), cwd=Path.home()))
    if "--write" in options:
        COMMITTED.write_text(told, encoding="utf-8")
        return 0
    same = COMMITTED.exists() and COMMITTED.read_text(encoding="utf-8") == told
    print(f"{COMMITTED.name}: {'as the plugin says' if same else 'differs from what the plugin says'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
