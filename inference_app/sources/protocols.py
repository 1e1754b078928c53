"""What the rest of the application knows of a source: two questions, bytes or a SourceError."""

from __future__ import annotations

from typing import Protocol


class ObjectReader(Protocol):
    """Reads whole objects (artifacts, manifests, lists) by address."""

    def read_object(self, uri: str) -> bytes:
        """The bytes at `uri` (s3://bucket/key, or a path). Raises SourceError, whose message is one line."""
        ...


class SecretReader(Protocol):
    """Reads secrets by address."""

    def read_secret(self, address: str) -> bytes:
        """The secret's text as UTF-8 (address: an ARN of Secrets Manager, or a path). Raises SourceError."""
        ...


def join(folder: str, name: str) -> str:
    """The address of `name` in `folder`, whichever kind of address it is."""
    return f"{folder.rstrip('/')}/{name}"
