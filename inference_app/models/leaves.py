"""Probe rows for trees: two to every leaf, hugging all the splits on the way there from below and from above.

Each row is asked of its own tree alone, so that the cost is leaves by depth and every leaf, and both sides of
every threshold to the last bit of float32 (float64 for histogram boosting), is proven: 100 trees with 45,000
leaves in a quarter of a second. Beyond MOST_LEAVES every second, third … leaf stands for the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .grove import Grove, Places
from .saved_values import Floats

AT_ONCE = 4096
MOST_LEAVES = 100_000


class Ranges(NamedTuple):
    """What clients may send, one entry a feature: from `low` to `high`, whole numbers only or not."""

    low: Floats
    high: Floats
    whole: NDArray[np.bool_]


def thresholds_of(grove: Grove) -> list[Floats]:
    """For each feature the thresholds of all trees, each once."""
    features, thresholds = grove.feature[grove.inner], grove.threshold[grove.inner]
    order = np.argsort(features, kind="stable")
    parts = np.split(thresholds[order], np.searchsorted(features[order], np.arange(1, grove.width)))
    return [distinct(part) for part in parts]


def distinct(values: Floats) -> Floats:
    """`values` in order, each once: np.unique, which imports numpy.ma for it, a tenth of a start."""
    ordered = np.sort(values)
    return np.asarray(ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]])


def leaf_rows(grove: Grove, usual: Floats, ranges: Ranges) -> Iterator[tuple[Places, Floats]]:
    """Which trees to ask, and with which rows; `usual` rows fill the features that do not matter. A leaf that
    no row within the ranges can reach is passed over."""
    parents = np.zeros(len(grove.left), dtype=np.intp)
    inner = grove.inner.nonzero()[0]
    parents[grove.left[inner]] = parents[grove.left[inner] + 1] = inner
    leaves = (~grove.inner).nonzero()[0]
    leaves = leaves[:: 1 + len(leaves) // MOST_LEAVES]
    for start in range(0, len(leaves), AT_ONCE):
        some = leaves[start : start + AT_ONCE]
        trees, least, most = _boxes(grove, some, parents, ranges)
        possible = (least <= most).all(axis=1)
        trees, least, most, some = trees[possible], least[possible], most[possible], some[possible]
        inside = np.clip(usual[some % len(usual)], least, most)
        up, down = np.where(most < ranges.high, most, inside), np.where(least > ranges.low, least, inside)
        yield np.concatenate([trees, trees]), np.concatenate([up, down])


def _boxes(grove: Grove, leaves: Places, parents: Places, ranges: Ranges) -> tuple[Places, Floats, Floats]:
    """For each leaf its tree, and the least and the greatest number of each feature that lead there."""
    least = np.repeat(ranges.low[None, :], len(leaves), axis=0)
    most = np.repeat(ranges.high[None, :], len(leaves), axis=0)
    nodes = leaves.copy()
    while len(on := (nodes >= len(grove.roots)).nonzero()[0]):
        node = nodes[on]
        parent = parents[node]
        feature, (below, above) = grove.feature[parent], _edges(grove, grove.threshold[parent])
        right = node == grove.left[parent] + 1
        least[on[right], feature[right]] = np.maximum(least[on[right], feature[right]], above[right])
        most[on[~right], feature[~right]] = np.minimum(most[on[~right], feature[~right]], below[~right])
        nodes[on] = parent
    return nodes, np.where(ranges.whole, np.ceil(least), least), np.where(ranges.whole, np.floor(most), most)


def _edges(grove: Grove, thresholds: Floats) -> tuple[Floats, Floats]:
    """The last number that goes left at each threshold, and the first that goes right."""
    if not grove.single:
        return thresholds, np.nextafter(thresholds, np.inf)
    with np.errstate(over="ignore"):
        single = thresholds.astype(np.float32)
        down, up = np.nextafter(single, np.float32(-np.inf)), np.nextafter(single, np.float32(np.inf))
    below, above = np.where(single > thresholds, down, single), np.where(single > thresholds, single, up)
    return below.astype(np.float64), above.astype(np.float64)
