"""From files to a model: digests first, strict manifests, the self-test, stores that swap."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression

from inference_app.errors import RefusedError, SourceError
from inference_app.models.loader import ModelLoader, load
from inference_app.models.manifest import read_manifest
from inference_app.models.store import ModelStore
from inference_app.settings import Release
from inference_app.sources.files import Files
from tests.app.support.published import digest, line_manifest, publish, publish_days, publish_line


def line() -> LinearRegression:
    return LinearRegression().fit(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))


def read(release: dict[str, str]) -> Any:
    return load(Release(**release), Files())


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, int]]:
        return os.mkdir, (str(self.path), 0o700)


def test_a_byte_more_is_refused_naming_both_digests_before_anything_is_unpickled(tmp_path: Path) -> None:
    release = publish_line(tmp_path / "line")
    trace = tmp_path / "unpickled"
    bomb = pickle.dumps(Bomb(trace))
    (tmp_path / "line" / "model.joblib").write_bytes(bomb)
    with pytest.raises(RefusedError) as refused:
        read(release)
    assert f"sha256 {release['sha256']} expected, {digest(bomb)} found" in str(refused.value)
    assert not trace.exists()
    pickle.loads(bomb)
    assert trace.exists()  # the bomb is a real one


def test_another_manifest_is_refused_naming_both_digests(tmp_path: Path) -> None:
    release = publish_line(tmp_path / "line")
    path = tmp_path / "line" / "manifest.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(RefusedError) as refused:
        read(release)
    assert f"{release['manifest_sha256']} expected, {digest(path.read_bytes())} found" in str(refused.value)


def test_the_releases_digest_name_and_version_must_be_the_manifests(tmp_path: Path) -> None:
    release = publish_line(tmp_path / "line")
    with pytest.raises(
        RefusedError, match=f"sha256 {'0' * 64} expected, the manifest names {release['sha256']}"
    ):
        read({**release, "sha256": "0" * 64})
    with pytest.raises(RefusedError, match=r"line 2\.0\.0 expected, line 1\.0\.0 found"):
        read({**release, "version": "2.0.0"})


def test_a_plain_pickle_is_read_like_a_joblib_file(tmp_path: Path) -> None:
    model = read(publish(tmp_path, line(), line_manifest(), artifact=pickle.dumps(line())))
    assert model.predict({"instances": np.array([[3.0]])}).values.tolist() == pytest.approx([7.0])


def test_another_scikit_learn_is_refused_unless_the_manifest_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("sklearn.base.__version__", "1.1.3")
        old = pickle.dumps(line())
    with pytest.raises(RefusedError, match=r"saved by scikit-learn 1\.1\.3, .* the manifest names 1\.2\.0"):
        read(publish(tmp_path / "a", None, line_manifest(scikit_learn="1.2.0"), artifact=old))
    assert (
        read(publish(tmp_path / "b", None, line_manifest(scikit_learn="1.1.3"), artifact=old)).name == "line"
    )


@pytest.mark.parametrize(
    "broken",
    [b"", b"not a pickle", pickle.dumps(line())[:-20], pickle.dumps({"a": 1}), b"cno_such_module\nx\n."],
)
def test_a_broken_artifact_is_refused(broken: bytes, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"cannot be read|cannot predict"):
        read(publish(tmp_path, None, line_manifest(), artifact=broken))


def test_the_self_test_must_pass(tmp_path: Path) -> None:
    examples = [{"instance": [3.0], "prediction": 7.0}, {"instance": [3.0], "prediction": 8.0}]
    release = publish_line(tmp_path / "a", examples=examples)
    with pytest.raises(RefusedError, match=r"self-test, example 1: 8\.0 expected, [67]\.\d+ predicted"):
        read(release)
    example = {"instance": [0.0, 1.0, 0.0, 25.0], "prediction": 1, "probability": [0.5, 0.5]}
    release = publish_days(tmp_path / "b", examples=[example])
    with pytest.raises(RefusedError, match=r"example 0: probability \[0\.5, 0\.5\] expected"):
        read(release)


def test_inputs_and_classes_must_be_those_of_the_artifact(tmp_path: Path) -> None:
    two = [{"name": name, "kind": "number"} for name in ("x", "z")]
    example = {"instance": [3.0, 0.0], "prediction": 7.0}
    with pytest.raises(RefusedError, match="the manifest names 2 inputs, the artifact takes 1"):
        read(publish_line(tmp_path / "a", inputs=two, examples=[example]))
    with pytest.raises(RefusedError, match=r"the classes \[1, 0\], the artifact has \[0, 1\]"):
        read(publish_days(tmp_path / "b", output={"name": "warm", "kind": "class", "classes": [1, 0]}))


def test_only_models_whose_prediction_is_quick_are_called_short(tmp_path: Path) -> None:
    forest = RandomForestClassifier(3, random_state=0).fit([[0.0], [1.0], [2.0], [3.0]], ["a", "a", "b", "b"])
    manifest = line_manifest(
        output={"name": "y", "kind": "class", "classes": ["a", "b"]},
        examples=[{"instance": [3.0], "prediction": "b"}],
    )
    model = read(publish(tmp_path / "forest", forest, manifest))
    assert model.short is False
    prediction = model.predict({"instances": np.array([[3.0]])})
    assert (prediction.values.tolist(), prediction.classes) == (["b"], ("a", "b"))
    assert read(publish_line(tmp_path / "line")).short is True


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minimum": 1}, "unknown key 'minimum'"),
        ({"name": "Line"}, "name must match"),
        ({"version": ""}, "version must match"),
        ({"artifact": "../model.joblib"}, "artifact must be a file name"),
        ({"inputs": []}, "at least one input"),
        ({"inputs": [{"name": "x", "kind": "colour"}]}, "kind must be one of number"),
        ({"inputs": [{"name": "x", "kind": "number", "minimun": 0}]}, "unknown key 'minimun'"),
        ({"inputs": [{"name": "x", "kind": "number", "minimum": 2, "maximum": 1}]}, "above maximum"),
        ({"inputs": [{"name": "x", "kind": "number"}] * 2, "examples": []}, "x comes more than once"),
        ({"output": {"name": "y", "kind": "class", "classes": [1]}}, "at least two classes"),
        ({"output": {"name": "y", "kind": "tree"}}, "kind must be one of class, number"),
        ({"examples": []}, "at least one example"),
        ({"examples": [{"instance": [1, 2], "prediction": 1}]}, "instance must be 1 values"),
        ({"choices": [{"name": "c", "values": [1], "inputs": ["nope"]}]}, "'nope' is not an input"),
        ({"choices": [{"name": "c", "values": [1, 2], "inputs": ["x"]}]}, "as many values as inputs"),
        ({"choices": [{"name": "x", "values": [1], "inputs": ["x"]}]}, "'x' names an input, too"),
        ({"training": []}, "training must be a dict"),
        ({"title": None}, "title must be a str"),
    ],
)
def test_a_manifest_that_breaks_a_rule_is_refused_by_name(
    changes: dict[str, Any], said: str, tmp_path: Path
) -> None:
    publish_line(tmp_path, **changes)
    with pytest.raises(RefusedError, match=said):
        read_manifest((tmp_path / "manifest.json").read_bytes())


def test_a_store_is_complete_when_every_expected_model_is_there(tmp_path: Path) -> None:
    store = ModelStore()
    assert (store.complete, store.expects("line")) == (False, None)
    store.expect(["line", "days"])
    store.swap(read(publish_line(tmp_path / "line")))
    assert (store.complete, store.expects("line"), store.expects("nope")) == (False, True, False)
    store.swap(read(publish_days(tmp_path / "days")))
    assert store.complete
    assert [model.name for model in store.all()] == ["days", "line"]


def test_a_swap_leaves_what_was_read_before_as_it_was(tmp_path: Path) -> None:
    store = ModelStore()
    store.swap(read(publish_line(tmp_path / "1")))
    before, everything = store.current("line"), store.all()
    store.swap(read(publish_line(tmp_path / "2", version="2.0.0")))
    after = store.current("line")
    assert before is not None
    assert after is not None
    assert (before.version, everything[0].version, after.version) == ("1.0.0", "1.0.0", "2.0.0")


def test_one_refused_model_does_not_keep_the_others_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = publish_line(tmp_path / "line"), publish_days(tmp_path / "days")
    (tmp_path / "days" / "model.joblib").write_bytes(b"")
    store = ModelStore()
    loader = ModelLoader((Release(**bad), Release(**good)), "line", Files(), store)
    with caplog.at_level(logging.ERROR, "inference.models"):
        assert loader.load_missing() is False
    assert store.current("line") is not None
    assert store.current("days") is None
    assert caplog.messages == [
        f"model days is refused: {tmp_path}/days/model.joblib: sha256 {bad['sha256']} expected, "
        f"{hashlib.sha256(b'').hexdigest()} found "
        "(deploy the model again, with the artifact and the manifest of one training)"
    ]


def test_what_cannot_be_read_now_is_read_later(tmp_path: Path) -> None:
    release = publish_line(tmp_path / "line")
    (tmp_path / "line").rename(tmp_path / "away")
    store = ModelStore()
    loader = ModelLoader((Release(**release),), "line", Files(), store)
    assert loader.load_missing() is False
    with pytest.raises(SourceError, match="No such file"):
        read(release)
    (tmp_path / "away").rename(tmp_path / "line")
    assert loader.load_missing() is True


def test_the_list_of_models_may_stand_behind_an_address(tmp_path: Path) -> None:
    class S3:
        content = b""

        def read_object(self, uri: str) -> bytes:
            if not uri.startswith("s3://"):
                return Files().read_object(uri)
            if not self.content:
                raise SourceError("s3://b/models.json: not there")
            return self.content

    source, store = S3(), ModelStore()
    loader = ModelLoader("s3://b/models.json", None, source, store)
    assert (loader.load_missing(), store.expects("line"), loader.default_model) == (False, None, None)
    source.content = json.dumps([publish_line(tmp_path)]).encode()
    assert (loader.load_missing(), store.expects("line"), loader.default_model) == (True, True, "line")
