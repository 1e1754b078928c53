"""Artifacts are read without running anything of theirs, and give what scikit-learn itself would read."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.extmath import softmax

from inference_app.errors import RefusedError
from inference_app.models.artifact import unpickle
from inference_app.models.safe_names import Saved
from inference_app.models.safe_unpickler import UnknownError, read_saved
from tests.app.support.attacks import ATTACKS, TRACE, call, estimator, in_objects, named, program, text

NDARRAY = named("numpy", "ndarray")
ROWS = np.random.default_rng(7).normal(size=(60, 3))
NUMBERS = np.digitize(ROWS[:, 0], [-0.5, 0.5])
TEXTS = np.array(["low", "mid", "high"])[NUMBERS]


def dumped(value: Any) -> bytes:
    buffer = io.BytesIO()
    joblib.dump(value, buffer)
    return buffer.getvalue()


def check_equal(saved: Any, value: Any) -> None:
    """Every array, number, text and estimator under `value` is in `saved`, bit for bit."""
    if isinstance(value, np.ndarray) and value.dtype != object:
        assert (saved.dtype, saved.shape, saved.tobytes()) == (value.dtype, value.shape, value.tobytes())
    elif isinstance(value, list | tuple | np.ndarray):
        assert type(saved) is type(value)
        assert len(saved) == len(value)
        for one, other in zip(saved, value, strict=True):
            check_equal(one, other)
    elif isinstance(value, BaseEstimator):
        assert saved.kind == f"{type(value).__module__}.{type(value).__name__}"
        for key, item in value.__getstate__().items():
            check_equal(saved.get(key), item)
    elif type(saved) is Saved:  # a part; a tree's arrays are what counts
        state = value.__getstate__() if saved.kind.endswith((".Tree", ".TreePredictor")) else {}
        for key, item in state.items():
            check_equal(saved.get(key), item)
    else:
        assert type(saved) is type(value)
        assert saved == value or saved != saved


@pytest.mark.parametrize(
    "model",
    [
        LinearRegression(),
        LogisticRegression(),
        SGDClassifier(random_state=0),
        make_pipeline(StandardScaler(), LogisticRegression()),
        RandomForestClassifier(4, random_state=0),
        GradientBoostingClassifier(n_estimators=2, random_state=0),
        HistGradientBoostingClassifier(max_iter=2, random_state=0),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.parametrize("classes", ["numbers", "texts", "objects"])
def test_an_estimator_is_read_bit_for_bit(model: Any, classes: str) -> None:
    answers = {"numbers": NUMBERS, "texts": TEXTS, "objects": TEXTS.astype(object)}[classes]
    if not hasattr(model, "predict_proba") and not hasattr(model, "loss"):
        answers = ROWS[:, 0]
    model.fit(ROWS, answers)
    for content in (dumped(model), *(pickle.dumps(model, protocol) for protocol in (2, 3, 4, 5))):
        saved, versions = read_saved(content)
        check_equal(saved, model)
        assert versions == {"1.9.1"}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_before_anything_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((RefusedError, UnknownError)):
        read_saved(ATTACKS[name])
    with pytest.raises(RefusedError):  # and what the first way passes on, the second refuses
        unpickle(ATTACKS[name], "1.9.1")
    assert list(tmp_path.iterdir()) == []


def test_an_attack_in_an_arrays_objects_is_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for content in in_objects().values():
        with pytest.raises((RefusedError, UnknownError)):
            read_saved(content)
        with pytest.raises(RefusedError, match=r"names builtins\.eval"):
            unpickle(content, "1.9.1")
        assert not (tmp_path / TRACE).exists()
        joblib.load(io.BytesIO(content))
        (tmp_path / TRACE).unlink()  # the attack is a real one


def test_a_foreign_name_is_told() -> None:
    with pytest.raises(
        RefusedError, match=r"it names os\.system, which is neither scikit-learn's nor numpy's"
    ):
        read_saved(estimator(named("os", "system")))


def test_a_function_of_scikit_learn_may_be_held_and_is_never_called() -> None:
    called = call("sklearn.utils.extmath", "softmax", NDARRAY)
    for nested in (program(called), estimator(called)):
        with pytest.raises(RefusedError, match=r"it calls sklearn\.utils\.extmath\.softmax"):
            unpickle(nested, "1.9.1")
    held = unpickle(estimator(named("sklearn.utils.extmath", "softmax")), "1.9.1")
    assert held.coef_ is softmax


SHAPE_ONE = pickle.BININT1 + b"\x01" + pickle.TUPLE1
FLOAT = call("numpy", "dtype", text("f8"), pickle.NEWFALSE, pickle.NEWTRUE)
HUGE = pickle.LONG1 + b"\x06" + (2**40).to_bytes(6, "little")


@pytest.mark.parametrize(
    "odd",
    [
        call("numpy", "dtype", text("O,f8")),
        call("numpy", "dtype", text("f8"), pickle.NEWFALSE) + pickle.NONE + pickle.BUILD,
        call("numpy", "dtype", text("V8")) + pickle.EMPTY_DICT + pickle.BUILD,
        call("numpy", "dtype", NDARRAY),
        call("numpy", "dtype", text("V999999999")),
        call("numpy", "ndarray", SHAPE_ONE),
        call("numpy._core.multiarray", "scalar", FLOAT, pickle.SHORT_BINBYTES + b"\x01a"),
        call("numpy._core.multiarray", "scalar", call("numpy", "dtype", text("O8")), text("x")),
        call("numpy._core.multiarray", "_reconstruct", named("numpy.random._pickle", "__randomstate_ctor")),
        call("numpy._core.multiarray", "_reconstruct", NDARRAY)
        + (pickle.MARK + pickle.BININT1 + b"\x01" + HUGE + pickle.TUPLE1 + FLOAT + pickle.NEWFALSE)
        + (pickle.SHORT_BINBYTES + b"\x00" + pickle.TUPLE + pickle.BUILD),
        named("joblib.numpy_pickle", "NumpyArrayWrapper") + pickle.EMPTY_TUPLE + pickle.NEWOBJ
        + (pickle.EMPTY_DICT + pickle.MARK + text("subclass") + NDARRAY + text("dtype") + FLOAT)
        + (text("shape") + HUGE + pickle.TUPLE1 + text("order") + text("C") + pickle.SETITEMS + pickle.BUILD),
        named("sklearn.tree._tree", "Tree") + text("x") + pickle.NEWOBJ,
        call("sklearn.linear_model._base", "LinearRegression", text("x")),
        named("sklearn.linear_model._base", "LinearRegression") + pickle.EMPTY_DICT + pickle.BUILD,
        pickle.EMPTY_LIST + pickle.EMPTY_DICT + pickle.BUILD,
        pickle.EMPTY_DICT + pickle.NONE + pickle.APPEND,
        pickle.EMPTY_LIST + pickle.NONE + pickle.NONE + pickle.SETITEM,
        pickle.EMPTY_DICT + pickle.EMPTY_TUPLE + pickle.NONE + pickle.SETITEM,
        pickle.EMPTY_DICT + FLOAT + pickle.NONE + pickle.SETITEM,
        pickle.BINGET + b"\x63",
        pickle.POP * 9,
        text("no name") + pickle.EMPTY_TUPLE + pickle.REDUCE,
        pickle.FRAME + b"\xff" * 8,
        pickle.BINBYTES + b"\xff\xff\xff\x7f",
        pickle.BYTEARRAY8 + b"\xff" * 7 + b"\x7f",
    ],
)  # fmt: skip
def test_odd_arguments_and_states_are_refused_at_once(odd: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(RefusedError, match="cannot be read"):
        read_saved(estimator(odd))
    assert time.perf_counter() - started < 1


def test_a_file_that_is_cut_anywhere_is_refused_or_left_to_scikit_learn() -> None:
    whole = dumped(RandomForestClassifier(1, max_depth=2, random_state=0).fit(ROWS, NUMBERS))
    for length in range(2, len(whole) - 1):
        with pytest.raises(RefusedError, match="cannot be read"):
            read_saved(whole[:length])


def test_changed_bytes_never_raise_anything_else() -> None:
    whole = bytearray(dumped(make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, NUMBERS)))
    random = np.random.default_rng(20130101)
    for _ in range(1500):
        changed = bytearray(whole)
        for place in random.integers(0, len(whole), size=random.integers(1, 4)):
            changed[place] = random.integers(0, 256)
        try:
            saved, _ = read_saved(bytes(changed))
        except (RefusedError, UnknownError):
            continue
        assert type(saved) is Saved


def test_nested_lists_and_far_memo_places_take_no_memory() -> None:
    laughs = pickle.EMPTY_LIST + pickle.MEMOIZE
    for place in range(60):  # 2 ** 60 in all, if anybody wrote them out
        laughs += pickle.EMPTY_LIST + pickle.MEMOIZE + pickle.MARK
        laughs += (pickle.BINGET + bytes([place])) * 2 + pickle.APPENDS
    laughs += pickle.POP * 61 + pickle.BINGET + bytes([60])
    far = pickle.NONE + pickle.LONG_BINPUT + b"\xff\xff\xff\x7f"
    deep = pickle.EMPTY_LIST * 100_000
    started = time.perf_counter()
    for bomb in (laughs, far):
        assert read_saved(estimator(bomb))[0].kind.endswith("LinearRegression")
    with pytest.raises(RefusedError):
        read_saved(estimator(deep))
    assert time.perf_counter() - started < 2


def test_what_is_no_estimator_is_refused() -> None:
    for content in (pickle.dumps({"a": 1}), program(named("sklearn.pipeline", "Pipeline")), program(FLOAT)):
        with pytest.raises(RefusedError, match="no estimator of scikit-learn in it, it cannot predict"):
            read_saved(content)


def test_scikit_learn_reads_what_the_tables_do_not_know() -> None:
    neighbours = KNeighborsClassifier(3, algorithm="kd_tree").fit(ROWS, TEXTS)
    buffer = io.BytesIO()
    joblib.dump(LinearRegression().fit(ROWS, ROWS), buffer, compress=3)
    old = pickle.dumps(neighbours, 1)
    for content in (dumped(neighbours), old, buffer.getvalue()):
        with pytest.raises(UnknownError):
            read_saved(content)
    for content in (dumped(neighbours), old):
        assert unpickle(content, "1.9.1").predict(ROWS).tolist() == neighbours.predict(ROWS).tolist()
    assert unpickle(buffer.getvalue(), "1.9.1").n_features_in_ == 3


def test_reading_imports_neither_scikit_learn_nor_scipy_joblib_or_pandas(tmp_path: Path) -> None:
    path = tmp_path / "model.joblib"
    path.write_bytes(dumped(RandomForestClassifier(2).fit(ROWS, NUMBERS)))
    heavy = {"sklearn", "scipy", "joblib", "pandas"}
    code = (
        "import pathlib, sys; from inference_app.models.safe_unpickler import read_saved; "
        "saved, _ = read_saved(pathlib.Path(sys.argv[1]).read_bytes()); "
        f"print(saved.kind, sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "sklearn.ensemble._forest.RandomForestClassifier []\n"
