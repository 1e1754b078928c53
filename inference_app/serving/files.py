"""A file that is served as it is: its content, plain and compressed, and what its answer says of it."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property

MIN_COMPRESSED = 1024  # bytes; below, a compressed file saves nothing


@dataclass(frozen=True)
class StaticFile:
    """`content_type` as the header has it; `policy`: the Content-Security-Policy, "" for none."""

    content: bytes
    content_type: str
    policy: str = ""

    @cached_property
    def digest(self) -> str:
        """What tells one content from another, for the ETag."""
        return hashlib.sha256(self.content).hexdigest()[:20]

    @cached_property
    def compressed(self) -> bytes | None:
        """The content as gzip, the same bytes on every host; None where that saves nothing.

        A balancer's answers from a function are limited to 1 MB, which the viewer's script is over.
        """
        if len(self.content) < MIN_COMPRESSED:
            return None
        compressed = gzip.compress(self.content, compresslevel=6, mtime=0)
        return compressed if len(compressed) < len(self.content) else None
