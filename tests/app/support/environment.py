"""The environment of an application that lives from files: two models, two signing keys, one user."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

USER, PASSWORD = "demo", "correct horse"
KEY_1, KEY_2 = b"1" * 32, b"2" * 40


def scrypt(password: str) -> str:
    """The hash of `password` as the program writes it; n is the smallest that is accepted, for speed."""
    key = hashlib.scrypt(password.encode(), salt=b"saltsalt", n=16384, r=8, p=1, maxmem=2**26, dklen=64)
    return f"scrypt:16384:8:1$saltsalt${key.hex()}"


def keys_json(current: str = "k2", **keys: bytes) -> str:
    """The secret of the signing keys."""
    ring = keys or {"k1": KEY_1, "k2": KEY_2}
    return json.dumps(
        {"current": current, "keys": {k: base64.b64encode(v).decode() for k, v in ring.items()}}
    )


def environment(
    folder: Path, releases: Sequence[dict[str, str]], default: str = "days", **more: str
) -> dict[str, str]:
    """Writes the secrets into `folder`; the environment that names them and `releases`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "keys.json").write_text(keys_json())
    (folder / "users.json").write_text(json.dumps({USER: scrypt(PASSWORD)}))
    return {
        "MODELS": json.dumps(releases),
        "DEFAULT_MODEL": default,
        "SIGNING_KEYS": str(folder / "keys.json"),
        "USERS": str(folder / "users.json"),
        "LOG_LEVEL": "debug",
        **more,
    }
