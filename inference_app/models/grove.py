"""Decision trees side by side in four arrays, walked level by level: all trees at once for one row, all rows
together, tree after tree, for many.

A node's children stand next to each other, so a step is `left[node] + (x[feature[node]] > threshold[node])`;
a leaf is its own left child under a threshold that nothing exceeds. What a row reaches is added up tree after
tree, in scikit-learn's order: the sums are equal to the last bit.

Measured (`python -m tests.app.support.prepared_cost`, 100 trees of depth 15, on a busy machine): one row
72 µs, scikit-learn 16,500 for its two calls; 1,000 rows 14 ms, scikit-learn 38; histogram boosting of 100
rounds 62 µs and 2,300, 10 ms and 16. The same trees compiled to one Python function answer in 51 µs where
this takes 57, but cost 1.6 s and 166 MB to compile: not worth it. Up to FEW trees a walk through Python's
lists is quicker than numpy's arrays (one tree of depth 8: 5 µs).
"""

from __future__ import annotations

import math
from array import array
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .saved_values import Floats, NotPreparedError

Places = NDArray[np.intp]

FEW = 32
ONE_BY_ONE = 32  # rows: up to here each by itself is quicker than tree by tree
MOST_BYTES = 200_000_000  # of the arrays: beyond that scikit-learn's own, smaller form serves
CHECKED_FROM, CHECKED_EVERY = 8, 4  # levels after which a walk looks whether any tree goes on
TOO_LARGE = "Input X contains infinity or a value too large for dtype('float32')."  # scikit-learn's words


class Tree(NamedTuple):
    """One tree, node 0 its root; `left` is -1 at leaves; `values`: nodes by outputs."""

    left: Places
    right: Places
    feature: Places
    threshold: Floats
    values: Floats


def constant(values: Floats) -> Tree:
    """A tree that answers the same whatever is asked: where boosting begins."""
    none = np.array([-1], dtype=np.intp)
    return Tree(none, none, none, np.zeros(1), values.reshape(1, -1))


class Grove:
    """The trees of one estimator over `width` features; `single` says that they compare float32."""

    def __init__(self, trees: list[Tree], width: int, single: bool) -> None:
        self.width = width
        self.single = single
        sizes = np.array([len(tree.left) for tree in trees])
        if sizes.sum() * (24 + 8 * trees[0].values.shape[1]) > MOST_BYTES:
            raise NotPreparedError(f"{sizes.sum()} nodes are too many")
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        shift = np.repeat(starts, sizes)
        leaf = np.concatenate([tree.left for tree in trees]) < 0
        left = np.concatenate([tree.left for tree in trees]) + shift
        right = np.concatenate([tree.right for tree in trees]) + shift
        feature = np.where(leaf, 0, np.concatenate([tree.feature for tree in trees]))
        threshold = np.where(leaf, np.inf, np.concatenate([tree.threshold for tree in trees]))
        values = np.concatenate([tree.values for tree in trees])
        ends = np.repeat(starts + sizes, sizes)
        inside = (left >= shift) & (left < ends) & (right >= shift) & (right < ends)
        if not (leaf | inside).all() or (feature < 0).any() or (feature >= width).any():
            raise NotPreparedError("a tree with a node or a feature that is not there")
        if np.isnan(threshold).any() or not np.isfinite(values).all():
            raise NotPreparedError("a tree with a threshold or a value that is no number")
        order, self.left, self.depths = _levels(
            starts, leaf, left, right, np.repeat(np.arange(len(trees)), sizes)
        )
        self.roots = np.arange(len(trees), dtype=np.intp)
        self.feature = np.ascontiguousarray(feature[order], dtype=np.intp)
        self.threshold = threshold[order]
        self.values = np.ascontiguousarray(values[order])
        self.inner = ~leaf[order]
        self._depth = int(self.depths.max())
        self._lists = self._as_lists() if len(trees) <= FEW else None

    @property
    def row_microseconds(self) -> float:
        """About what one row costs."""
        steps = self._depth * 4.0 if self._lists is None else self.depths.sum() * 0.1
        return float(6.0 + steps)

    def cast(self, rows: NDArray[Any]) -> Floats:
        """The rows as the trees compare them. Raises ValueError where a value does not fit float32."""
        if not self.single:
            return np.ascontiguousarray(rows, dtype=np.float64)
        with np.errstate(over="ignore"):
            cast = rows.astype(np.float32)
        if not np.isfinite(cast).all():
            raise ValueError(TOO_LARGE)
        return cast.astype(np.float64)

    def sums(self, rows: NDArray[Any]) -> Floats:
        """For each row the sum of what its leaves hold, rows by outputs."""
        if len(rows) <= ONE_BY_ONE:
            return np.array([self.sums_of_one(row) for row in rows.tolist()]).reshape(len(rows), -1)
        cast = self.cast(rows)
        flat, begins = cast.ravel(), np.arange(len(cast), dtype=np.intp) * self.width
        sums = np.zeros((len(cast), self.values.shape[1]))
        for root, depth in enumerate(self.depths.tolist()):
            nodes = np.full(len(cast), root, dtype=np.intp)
            sums += self.values.take(self._leaves(nodes, depth, flat, begins), axis=0)
        return sums

    def values_of(self, trees: Places, rows: NDArray[Any]) -> Floats:
        """For each row what its leaf in one tree, the one of that number, holds."""
        begins = np.arange(len(rows), dtype=np.intp) * self.width
        return self.values.take(self._leaves(trees, self._depth, self.cast(rows).ravel(), begins), axis=0)

    def _leaves(self, nodes: Places, depth: int, flat: Floats, begins: Places) -> Places:
        """Where each row ends that sets out at a node; rows that have arrived are no longer carried along."""
        ended = nodes
        going: Places | None = None
        for level in range(depth):
            values = flat.take(begins + self.feature.take(nodes))
            nodes = self.left.take(nodes) + (values > self.threshold.take(nodes))
            if level >= CHECKED_FROM and level % CHECKED_EVERY == 0:
                on = self.inner.take(nodes).nonzero()[0]
                if 2 * len(on) < len(nodes):
                    ended = nodes if going is None else _put(ended, going, nodes)
                    going = on if going is None else going.take(on)
                    nodes, begins = nodes.take(on), begins.take(on)
        return nodes if going is None else _put(ended, going, nodes)

    def sums_of_one(self, row: list[float]) -> list[float]:
        """The sum of what the leaves of one row hold."""
        cast = array("f" if self.single else "d", row)
        if not math.isfinite(sum(cast)):
            self.cast(np.array([row]))  # raises, where the sum is no overflow of float64 itself
        if self._lists is not None:
            return self._walk_lists(cast.tolist())
        values = np.frombuffer(cast, dtype=cast.typecode).astype(np.float64)
        nodes = self.roots
        for level in range(self._depth):
            if level >= CHECKED_FROM and level % CHECKED_EVERY == 0 and not self.inner.take(nodes).any():
                break
            is_right = values.take(self.feature.take(nodes)) > self.threshold.take(nodes)
            nodes = self.left.take(nodes) + is_right
        sums: list[float] = np.add.accumulate(self.values.take(nodes, axis=0), axis=0)[-1].tolist()
        return sums

    def _as_lists(self) -> tuple[list[int], list[int], list[float], list[list[float]]]:
        feature = np.where(self.inner, self.feature, -1)
        return self.left.tolist(), feature.tolist(), self.threshold.tolist(), self.values.tolist()

    def _walk_lists(self, row: list[float]) -> list[float]:
        assert self._lists is not None
        left, feature, threshold, values = self._lists
        sums = [0.0] * self.values.shape[1]
        for root in range(len(self.roots)):
            node = root
            while (place := feature[node]) >= 0:
                node = left[node] + (row[place] > threshold[node])
            sums = [one + other for one, other in zip(sums, values[node], strict=True)]
        return sums


def _put(ended: Places, going: Places, nodes: Places) -> Places:
    ended[going] = nodes
    return ended


def _levels(
    starts: Places, leaf: NDArray[np.bool_], left: Places, right: Places, owners: Places
) -> tuple[Places, Places, Places]:
    """The nodes by level, siblings side by side: their old places, their left children's new ones (a leaf's
    is its own), and the depth of each tree."""
    level, order, children, placed = starts, [], [], 0
    depths = np.zeros(len(starts), dtype=np.intp)
    while len(level):
        inner = ~leaf[level]
        depths[owners[level[inner]]] += 1  # assigned once a level, however many nodes
        own = np.arange(placed, placed + len(level), dtype=np.intp)
        own[inner] = placed + len(level) + 2 * np.arange(inner.sum(), dtype=np.intp)
        order.append(level)
        children.append(own)
        placed += len(level)
        if placed > len(leaf):
            raise NotPreparedError("a tree whose branches meet")
        level = np.stack([left[level[inner]], right[level[inner]]], axis=1).ravel()
    if placed != len(leaf):
        raise NotPreparedError("a tree with nodes that nothing leads to")
    return np.concatenate(order), np.concatenate(children), depths
