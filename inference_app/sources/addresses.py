"""Chooses the source by the address: s3:// and ARNs are AWS, everything else is a file.

botocore takes a quarter of a second to import, so it is imported when the first AWS address is read, in
whichever thread reads it, and not at all by a service that lives from files.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .files import Files

if TYPE_CHECKING:
    from .aws import Aws


class Addresses:
    """Both an ObjectReader and a SecretReader, for every kind of address."""

    def __init__(self) -> None:
        self._files = Files()
        self._aws: Aws | None = None
        self._lock = threading.Lock()

    def read_object(self, uri: str) -> bytes:
        """The bytes at `uri` (s3://bucket/key, or a path)."""
        return self._on_aws().read_object(uri) if uri.startswith("s3://") else self._files.read_object(uri)

    def read_secret(self, address: str) -> bytes:
        """The secret at `address` (an ARN, or a path)."""
        if address.startswith("arn:"):
            return self._on_aws().read_secret(address)
        return self._files.read_secret(address)

    def _on_aws(self) -> Aws:
        with self._lock:
            if self._aws is None:
                from .aws import Aws

                self._aws = Aws()
            return self._aws
