"""A page of memory that a worker counts in and the parent reads: nothing is sent, and nothing lost.

The parent makes a page for each worker's number before it forks. A worker that takes the place of a dead one
goes on counting in the same page, so counters never go back. The words are aligned doubles (exact to 2^53)
with one writer, so that a reader sees a count or the one before it, never half of one.

    word 0: bytes of the directory in use · the directory: a JSON line a series · the series' words, in order

A line is `[kind, label, …, words]`; it counts from the moment that word 0 covers it.
"""

from __future__ import annotations

import json
import mmap
from dataclasses import dataclass

WORD = 8
DIRECTORY_BYTES = 256 * 1024
PAGE_BYTES = 1024 * 1024  # what is not touched costs nothing


@dataclass(frozen=True, slots=True)
class Series:
    """Some words under one name: of which kind they are, their labels, and where they begin."""

    kind: str
    labels: tuple[str, ...]
    start: int
    words: int


class Page:
    """One worker's counts. `words` is written by that worker alone, by one thread at a time.

    A process reads the directory only as far as it has grown since it looked last.
    """

    def __init__(self, page_bytes: int = PAGE_BYTES, directory_bytes: int = DIRECTORY_BYTES) -> None:
        self._memory = mmap.mmap(-1, page_bytes)
        self._first = (WORD + directory_bytes) // WORD
        self.words = memoryview(self._memory).cast("d")
        self._known: dict[tuple[str, tuple[str, ...]], Series] = {}  # what has been read of the directory
        self._read = WORD
        self._next = self._first

    def place(self, kind: str, labels: tuple[str, ...], words: int = 1) -> int | None:
        """The index of the first word of a series, made when it is new; None when the page is full."""
        self.series()
        if (known := self._known.get((kind, labels))) is not None:
            return known.start
        line = json.dumps([kind, *labels, words]).encode() + b"\n"
        end = self._read + len(line)
        if end > self._first * WORD or self._next + words > len(self.words):
            return None
        self._memory[self._read : end] = line
        self.words[0] = end - WORD
        self.series()
        return self._known[kind, labels].start

    def series(self) -> list[Series]:
        """Every series, in the order of their words."""
        end = WORD + int(self.words[0])
        for line in self._memory[self._read : end].splitlines():
            kind, *labels, words = json.loads(line)
            self._known[kind, tuple(labels)] = Series(kind, tuple(labels), self._next, words)
            self._next += words
        self._read = end
        return list(self._known.values())

    def values(self, series: Series) -> list[float]:
        """The words of `series` now."""
        return list(self.words[series.start : series.start + series.words])
