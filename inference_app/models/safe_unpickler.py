"""Reads an artifact (an uncompressed joblib file, or a plain pickle) and executes nothing of it.

A pickle is a program for a small stack machine. This one knows the operations that a saved scikit-learn
estimator consists of and no other; a name in the file is a word of `safe_names`' tables, never an import, and
what it "calls" makes an array or a `Saved`. No scikit-learn, scipy, joblib or pandas is imported.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..errors import RefusedError
from . import safe_names as names
from . import safe_numpy
from .safe_names import Name, Saved, Unfinished

# fmt: off
OPERATIONS = (
    "PROTO", "FRAME", "STOP", "MARK", "POP", "POP_MARK", "DUP", "NONE", "NEWTRUE", "NEWFALSE", "BININT",
    "BININT1", "BININT2", "LONG1", "BINFLOAT", "SHORT_BINUNICODE", "BINUNICODE", "SHORT_BINBYTES",
    "BINBYTES", "SHORT_BINSTRING", "BINSTRING", "BYTEARRAY8", "EMPTY_TUPLE", "TUPLE", "TUPLE1",
    "TUPLE2", "TUPLE3", "EMPTY_LIST", "LIST", "APPEND", "APPENDS", "EMPTY_DICT", "DICT", "SETITEM",
    "SETITEMS", "MEMOIZE", "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET", "GLOBAL", "STACK_GLOBAL",
    "NEWOBJ", "REDUCE", "BUILD",
)
# fmt: on
# A key's hash must not depend on what the file nests.
KEYS = (str, int, float, bool, bytes, type(None), np.number, np.bool_)
OWN_PACKAGES = ("sklearn", "numpy", "scipy", "joblib")  # scikit-learn itself may know more of these names


class UnknownError(Exception):
    """Nothing is wrong with the file as far as it was read, but scikit-learn itself is needed for it."""


def read_saved(content: bytes) -> tuple[Saved, frozenset[str]]:
    """What `content` holds, and the versions of scikit-learn that its estimators name.

    Raises RefusedError for a broken file and for a name that is not scikit-learn's or numpy's, UnknownError
    for what scikit-learn itself has to read (an estimator that is not in the tables, a compressed file).
    """
    if content[:1] != pickle.PROTO:
        raise UnknownError("not an uncompressed file of pickle's protocol 2 or later")
    reader = _Reader(io.BytesIO(content))
    try:
        saved = reader.load()
    except (RefusedError, UnknownError):
        raise
    except Exception as error:  # EOFError, IndexError, KeyError, ValueError, TypeError … the file decides
        raise RefusedError(f"the artifact cannot be read: {type(error).__name__}: {error}") from error
    if not isinstance(saved, Saved) or saved.kind not in names.ESTIMATORS:
        raise RefusedError(
            "the artifact cannot be read: no estimator of scikit-learn in it, it cannot predict"
        )
    return saved, frozenset(reader.versions)


class _Reader(pickle._Unpickler):
    """The machine: pickle's own in Python, most operations taken away, those that call replaced."""

    dispatch: ClassVar[dict[int, Any]]
    stack: list[Any]
    memo: dict[int, Any]
    append: Callable[[Any], None]  # onto the stack
    read: Callable[[int], bytes]
    pop_mark: Callable[[], list[Any]]

    def __init__(self, file: io.BytesIO, nested: bool = False) -> None:
        super().__init__(file)
        self.file = file
        self.nested = nested
        self.versions: set[str] = set()

    def find_class(self, module: str, name: str) -> Name:
        kind = names.known(module, name)
        if kind is not None:
            return Name(kind)
        if module.partition(".")[0] in OWN_PACKAGES:
            raise UnknownError(f"{module}.{name} is read by scikit-learn itself")
        raise RefusedError(
            f"the artifact cannot be read: it names {module}.{name}, "
            "which is neither scikit-learn's nor numpy's"
        )

    def _unknown(self) -> None:
        raise UnknownError("an operation that only old or hand-made pickles contain")

    def _new(self) -> None:
        arguments, name = self.stack.pop(), self.stack.pop()
        if type(name) is not Name or arguments != ():
            raise ValueError("a known class without arguments expected")
        if name.kind == names.ARRAY_FILE:
            if self.nested:
                raise ValueError("an array in an array's objects")
            self.append(Unfinished(names.ARRAY_FILE))
        elif name.kind in names.ESTIMATORS or name.kind in names.PARTS:
            self.append(Saved(name.kind))
        else:
            raise ValueError(f"{name.kind} is not made like this")

    def _reduce(self) -> None:
        arguments, name = self.stack.pop(), self.stack.pop()
        if type(name) is not Name or type(arguments) is not tuple:
            raise ValueError("a known name and a tuple expected")
        if name.kind == names.DTYPE:
            made: Any = safe_numpy.start_dtype(*arguments)
        elif name.kind == names.RECONSTRUCT:
            made = Unfinished(names.NDARRAY)
            if arguments[0] != Name(names.NDARRAY):
                raise ValueError("a plain array expected")
        elif name.kind == names.SCALAR:
            made = safe_numpy.scalar(*arguments)
        elif name.kind == names.FROM_BUFFER:
            made = safe_numpy.from_buffer(*arguments)
        elif name.kind == names.ENCODE:
            made = safe_numpy.encode(*arguments)
        elif name.kind == names.EMPTY_BYTES and not arguments:
            made = b""
        elif name.kind in names.PARTS:
            made = Saved(name.kind, arguments)
        else:
            raise ValueError(f"{name.kind} is not made like this")
        self.append(made)

    def _build(self) -> None:
        state, made = self.stack.pop(), self.stack[-1]
        if type(made) is Saved and not made.built:
            made.state, made.built = state, True
            if made.kind in names.ESTIMATORS:
                self._note_version(state)
        elif type(made) is not Unfinished:
            raise ValueError("nothing that takes a state")
        elif made.kind == names.DTYPE:
            safe_numpy.finish_dtype(made, state)
        elif made.kind == names.ARRAY_FILE:
            self.stack[-1] = self._array(state)
        else:
            _, shape, dtype, fortran, content = state
            self.stack[-1] = safe_numpy.array_of(content, dtype, shape, fortran)
            for place in made.places:
                self.memo[place] = self.stack[-1]

    def _note_version(self, state: Any) -> None:
        if type(state) is not dict or not all(type(key) is str for key in state):
            raise ValueError("a state by attribute expected")
        version = state.get("_sklearn_version", "pre-0.18")  # scikit-learn's own word for none
        if type(version) is not str:
            raise ValueError("a version expected")
        self.versions.add(version)

    def _array(self, state: dict[str, Any]) -> NDArray[Any]:
        """The array behind joblib's wrapper: padding and bytes, or a pickle of its own for objects."""
        dtype = safe_numpy.dtype_of(state["dtype"])
        if state["subclass"] != Name(names.NDARRAY):
            raise ValueError("a plain array expected")
        if dtype.hasobject:
            inner = _Reader(self.file, nested=True)
            array = inner.load()
            self.versions |= inner.versions
            if type(array) is not np.ndarray:
                raise ValueError("an array expected")
            return array
        if state.get("numpy_array_alignment_bytes") is not None:
            self._take(self._take(1)[0])
        content = self._take(safe_numpy.size_of(state["shape"]) * dtype.itemsize)
        return safe_numpy.array_of(content, state["dtype"], state["shape"], state["order"] == "F")

    def _take(self, count: int) -> bytes:
        content = self.file.read(count)
        if len(content) != count:
            raise EOFError(f"{count} bytes expected, {len(content)} left")
        return content

    def _remember(self, place: int) -> None:
        value = self.stack[-1]
        self.memo[place] = value
        if type(value) is Unfinished:
            value.places.append(place)

    def _memoize(self) -> None:
        self._remember(len(self.memo))

    def _binput(self) -> None:
        self._remember(self.read(1)[0])

    def _long_binput(self) -> None:
        self._remember(int.from_bytes(self.read(4), "little"))

    def _append(self) -> None:
        value = self.stack.pop()
        self._list(self.stack[-1]).append(value)

    def _appends(self) -> None:
        items = self.pop_mark()
        self._list(self.stack[-1]).extend(items)

    @staticmethod
    def _list(value: Any) -> list[Any]:
        if type(value) is not list:
            raise ValueError("a list expected")
        return value

    def _setitem(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._fill(self.stack[-1], [key, value])

    def _setitems(self) -> None:
        items = self.pop_mark()
        self._fill(self.stack[-1], items)

    def _dict(self) -> None:
        items = self.pop_mark()
        self.append({})
        self._fill(self.stack[-1], items)

    @staticmethod
    def _fill(value: Any, items: list[Any]) -> None:
        keys = items[::2]
        if type(value) is not dict or not all(
            type(key) in KEYS or isinstance(key, np.number | np.str_ | np.bool_) for key in keys
        ):
            raise ValueError("a dict with plain keys expected")
        value.update(zip(keys, items[1::2], strict=True))


def _operations() -> dict[int, Any]:
    own: dict[str, Any] = {
        "NEWOBJ": _Reader._new,
        "REDUCE": _Reader._reduce,
        "BUILD": _Reader._build,
        "MEMOIZE": _Reader._memoize,
        "BINPUT": _Reader._binput,
        "LONG_BINPUT": _Reader._long_binput,
        "APPEND": _Reader._append,
        "APPENDS": _Reader._appends,
        "SETITEM": _Reader._setitem,
        "SETITEMS": _Reader._setitems,
        "DICT": _Reader._dict,
    }
    inherited: dict[int, Any] = pickle._Unpickler.dispatch
    table = dict.fromkeys(inherited, _Reader._unknown)
    for name in OPERATIONS:
        code = getattr(pickle, name)[0]
        table[code] = own.get(name, inherited[code])
    return table


_Reader.dispatch = _operations()
