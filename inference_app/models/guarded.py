"""joblib's own reader for what `safe_unpickler` does not know, behind a door: only scikit-learn's names.

A name must lead to a class, a ufunc or a function of scikit-learn, scipy or numpy. A function is only ever
called when it is one of those that pickle needs; numpy's classes that open files do not come in at all.
"""

from __future__ import annotations

import pickle
from typing import Any, BinaryIO

import numpy as np
from joblib.numpy_pickle import NumpyArrayWrapper, NumpyUnpickler
from joblib.numpy_pickle_utils import _validate_fileobject_and_memmap

from ..errors import RefusedError

PACKAGES = ("sklearn", "scipy", "numpy")
_BUILTINS = (
    *("bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int"),
    *("list", "object", "set", "slice", "str", "tuple"),
)
# Classes and functions by full name; of the packages above only what `_harmless` lets in as well.
NAMES = frozenset(
    {
        "collections.OrderedDict",
        "collections.defaultdict",
        "_codecs.encode",
        "functools.partial",  # histogram boosting holds one of a function of scikit-learn
        *(f"numpy.{name}" for name in ("max", "mean", "median", "min", "sum")),  # to pool features by
        "copyreg._reconstructor",
        *(f"builtins.{name}" for name in _BUILTINS),
    }
)
MAKERS = frozenset(
    {
        *(f"numpy.{core}.multiarray._reconstruct" for core in ("core", "_core")),
        *(f"numpy.{core}.multiarray.scalar" for core in ("core", "_core")),
        *(f"numpy.{core}.numeric._frombuffer" for core in ("core", "_core")),
        *(f"numpy.random._pickle.__{name}_ctor" for name in ("randomstate", "generator", "bit_generator")),
        "numpy.random.bit_generator.__pyx_unpickle_SeedSequence",
        "sklearn.neighbors._kd_tree.newObj",
        "sklearn.neighbors._ball_tree.newObj",
        "sklearn.metrics._dist_metrics.newObj",
    }
)  # fmt: skip
NOT_FOR_MODELS = ("sklearn.datasets", "sklearn.externals", "sklearn.utils._testing", "sklearn.conftest")
NUMPY_CLASSES = (np.ndarray, np.generic, np.dtype, np.random.BitGenerator, np.random.Generator,
                 np.random.RandomState, np.random.SeedSequence)  # fmt: skip


class _Guarded(NumpyUnpickler):  # type: ignore[misc]
    """Names are checked when they are read, callables when they are called."""

    dispatch = NumpyUnpickler.dispatch.copy()

    def find_class(self, module: str, name: str) -> Any:
        module = {"__builtin__": "builtins", "copy_reg": "copyreg"}.get(module, module)
        full = f"{module}.{name}"
        if full == "joblib.numpy_pickle.NumpyArrayWrapper":
            return _Array
        if full in NAMES or full in MAKERS:
            return super().find_class(module, name)
        if module.partition(".")[0] in PACKAGES and "." not in name and not full.startswith(NOT_FOR_MODELS):
            found = super().find_class(module, name)
            if _harmless(found):
                return found
        raise RefusedError(
            f"the artifact cannot be read: it names {full}, which is no part of an estimator of scikit-learn"
        )

    def load_reduce(self) -> None:
        """Calls classes, ufuncs, and functions by list."""
        called = self.stack[-2]
        name = f"{getattr(called, '__module__', '')}.{getattr(called, '__name__', '')}"
        if (
            not isinstance(called, type | np.ufunc)
            and name not in MAKERS | NAMES
            and "__pyx_unpickle_" not in name
        ):
            raise RefusedError(f"the artifact cannot be read: it calls {name}")
        pickle._Unpickler.load_reduce(self)  # type: ignore[attr-defined]

    dispatch[pickle.REDUCE[0]] = load_reduce


for _code in (
    pickle.INST,
    pickle.OBJ,
    pickle.EXT1,
    pickle.EXT2,
    pickle.EXT4,
    pickle.PERSID,
    pickle.BINPERSID,
):
    _Guarded.dispatch.pop(_code[0], None)  # other ways to call, that no estimator's file takes: KeyError


def _harmless(found: Any) -> bool:
    """Whether an estimator may hold it: its own package must be one of ours, whatever name led to it."""
    package = str(getattr(found, "__module__", "")).partition(".")[0]
    if package == "numpy" and not isinstance(found, np.ufunc):
        return (
            isinstance(found, type) and issubclass(found, NUMPY_CLASSES) and not issubclass(found, np.memmap)
        )
    return isinstance(found, np.ufunc) or (package in PACKAGES and callable(found))


class _Array(NumpyArrayWrapper):  # type: ignore[misc]
    """joblib reads an array's objects by a machine without the door; here they come through it."""

    def read_array(self, unpickler: _Guarded, ensure_native_byte_order: bool) -> Any:
        if not self.dtype.hasobject:
            return super().read_array(unpickler, ensure_native_byte_order)
        return _Guarded("", unpickler.file_handle, ensure_native_byte_order).load()


def load(file: BinaryIO) -> Any:
    """The estimator in `file`, compressed or not. Raises RefusedError for a foreign name, else whatever a
    broken file makes joblib raise."""
    with _validate_fileobject_and_memmap(file, "") as (opened, _):
        return _Guarded("", opened, ensure_native_byte_order=True).load()
