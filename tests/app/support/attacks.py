"""Pickles that nobody's estimator is: what an attacker who may write an artifact would try."""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Iterator

import joblib
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.utils import Bunch

TRACE = "trace-of-an-attack"  # in the working directory: what each attack would leave behind


def text(value: str) -> bytes:
    """A string, pushed."""
    return pickle.BINUNICODE + struct.pack("<I", len(value.encode())) + value.encode()


def named(module: str, name: str) -> bytes:
    """A global, pushed."""
    return text(module) + text(name) + pickle.STACK_GLOBAL


def call(module: str, name: str, *arguments: bytes) -> bytes:
    """What `module`.`name` gives for `arguments`, pushed."""
    return named(module, name) + pickle.MARK + b"".join(arguments) + pickle.TUPLE + pickle.REDUCE


def program(*operations: bytes) -> bytes:
    """A pickle of protocol 4 whose result is on top of the stack."""
    return pickle.PROTO + b"\x04" + b"".join(operations) + pickle.STOP


def estimator(*before_the_end: bytes) -> bytes:
    """A LinearRegression that holds `before_the_end` under `coef_`."""
    return program(
        named("sklearn.linear_model._base", "LinearRegression") + pickle.EMPTY_TUPLE + pickle.NEWOBJ,
        pickle.EMPTY_DICT + pickle.MARK,
        text("_sklearn_version") + text("1.9.1"),
        text("coef_") + b"".join(before_the_end),
        pickle.SETITEMS + pickle.BUILD,
    )


TOUCH = f"open({TRACE!r}, 'w').close()"
UNKNOWN = (
    named("sklearn.neighbors._kde", "KernelDensity") + pickle.POP
)  # sends the file to scikit-learn's way


def _gadgets() -> Iterator[tuple[str, bytes]]:
    for module in ("os", "posix", "nt"):
        yield f"{module}.system", call(module, "system", text(f"touch {TRACE}"))
    for module in ("builtins", "__builtin__"):
        for name in ("eval", "exec"):
            yield f"{module}.{name}", call(module, name, text(TOUCH))
        yield f"{module}.getattr", call(module, "getattr", named("numpy", "ndarray"), text("tofile"))
    yield "builtins.open", call("builtins", "open", text(TRACE), text("w"))
    yield "pathlib.Path", call("pathlib", "Path", text(TRACE))
    yield "subprocess.run", call("subprocess", "run", text(f"touch {TRACE}"))
    yield "functools.partial", call("functools", "partial", named("os", "system"), text(f"touch {TRACE}"))
    yield "operator.methodcaller", call("operator", "methodcaller", text("system"), text(f"touch {TRACE}"))
    yield "numpy.load", call("numpy", "load", text("/etc/passwd"))
    yield "numpy.fromfile", call("numpy", "fromfile", text("/etc/passwd"))
    yield "numpy.memmap", call("numpy", "memmap", text(TRACE), text("uint8"), text("w+"))
    yield "numpy._core.memmap", call("numpy._core.memmap", "memmap", text(TRACE), text("uint8"), text("w+"))
    yield "numpy.testing", call("numpy.testing._private.utils", "runstring", text(TOUCH), pickle.EMPTY_DICT)
    yield "numpy.f2py", call("numpy.f2py.crackfortran", "myeval", text(TOUCH))
    yield "numpy's own modules", call("numpy", "os.system", text(f"touch {TRACE}"))
    yield "sklearn's own modules", call("sklearn.base", "os.system", text(f"touch {TRACE}"))
    yield "joblib.load", call("joblib", "load", text(TRACE))
    yield "joblib.numpy_pickle.load", call("joblib.numpy_pickle", "load", text(TRACE))
    yield "sklearn.datasets", call("sklearn.datasets._base", "load_files", text("/etc"))
    yield "sklearn's memmaps", call("sklearn.utils._testing", "TempMemmap", text(TRACE))
    yield "a function of sklearn", call("sklearn.metrics.pairwise", "pairwise_distances_chunked", text(TRACE))
    yield "copyreg's extension", pickle.EXT1 + b"\x01"
    yield "a persistent id", text(TRACE) + pickle.BINPERSID
    yield "INST", pickle.MARK + text(f"touch {TRACE}") + pickle.INST + b"os\nsystem\n"
    yield "OBJ", pickle.MARK + named("os", "system") + text(f"touch {TRACE}") + pickle.OBJ


GADGETS = dict(_gadgets())
# The same where an estimator would hold them, and in an array's objects, which joblib reads by itself.
ATTACKS = {
    **{name: program(code) for name, code in GADGETS.items()},
    **{f"{name}, in an estimator": estimator(code) for name, code in GADGETS.items()},
    **{f"{name}, behind an unknown estimator": program(UNKNOWN, code) for name, code in GADGETS.items()},
}


class _Calls:
    def __init__(self, code: str) -> None:
        self.code = code

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, (self.code,)


def in_objects() -> dict[str, bytes]:
    """Attacks in the objects of an array, as joblib writes them."""
    line = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    line.classes_ = np.array([_Calls(TOUCH)], dtype=object)
    unknown = Bunch(line=line)
    made = {}
    for name, value in (("an array's objects", line), ("the objects of what is unknown", unknown)):
        buffer = io.BytesIO()
        joblib.dump(value, buffer)
        made[name] = buffer.getvalue()
    return made
