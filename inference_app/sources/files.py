"""Objects and secrets from files: local runs, tests, and containers that mount them."""

from __future__ import annotations

from pathlib import Path

from ..errors import SourceError


class Files:
    """Reads paths. Both an ObjectReader and a SecretReader."""

    def read_object(self, uri: str) -> bytes:
        """The bytes of the file at `uri`."""
        try:
            return Path(uri).read_bytes()
        except OSError as error:
            raise SourceError(f"{uri}: {error.strerror or error}") from error

    def read_secret(self, address: str) -> bytes:
        """The bytes of the file at `address`."""
        return self.read_object(address)
