"""Publishing gives the same bytes for the same model, strict JSON, and no trace of a kernel's last bits."""

import hashlib
import io
import json

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsRegressor

from inference_app.models.manifest import read_manifest
from inference_app.models.prepared import read_estimator
from model_artifacts.publish import dump, release, round_fitted, rounded

DESCRIPTION = {
    "name": "line",
    "version": "1",
    "title": "A line",
    "description": "A line, größer",
    "inputs": [{"name": "x", "kind": "number", "description": "x"}],
    "output": {"name": "y", "kind": "number"},
}


def line(noise: float = 0.0) -> LinearRegression:
    fitted = LinearRegression(tol=1e-9).fit(np.array([[0.0], [1.0]]), np.array([1 / 3, 1.0]))
    fitted.coef_ = fitted.coef_ + noise
    fitted.intercept_ = fitted.intercept_ - noise
    round_fitted(fitted, 6)
    return fitted


def test_noise_in_the_last_bits_leaves_no_trace_in_the_artifact() -> None:
    assert dump(line(noise=3e-15)) == dump(line())
    assert dump(line(noise=3e-6)) != dump(line())


def test_every_fitted_float_is_rounded_and_nothing_else() -> None:
    fitted = line()
    assert fitted.coef_.tolist() == [0.666667]
    assert fitted.intercept_ == 0.333333
    assert fitted.singular_.tolist() == [0.707107]
    assert (fitted.rank_, fitted.tol) == (1, 1e-09)


def test_whole_numbers_and_classes_stay_what_they_are() -> None:
    fitted = LogisticRegression().fit(np.array([[0.0], [1.0]]), np.array([0, 1]))
    steps = fitted.n_iter_.tolist()
    round_fitted(fitted, 6)
    assert fitted.classes_.dtype.kind == "i"
    assert fitted.classes_.tolist() == [0, 1]
    assert fitted.n_iter_.tolist() == steps


def test_rounding_gives_the_nearest_float_and_no_negative_zero() -> None:
    values = rounded(np.array([[1009.9768130651476, -1e-12], [0.1234565001, 2.0]]), 10)
    assert values.tolist() == [[1009.9768130651, 0.0], [0.1234565001, 2.0]]
    assert not np.signbit(values).any()


def test_the_artifact_is_written_in_protocol_4() -> None:
    assert dump(line())[:2] == b"\x80\x04"


def test_a_release_answers_its_examples_with_the_bytes_it_carries() -> None:
    made = release(
        line(), description=DESCRIPTION, instances=[[0.0], [1.0]], decimals=6, training={"rows": 2}
    )
    assert made.manifest["sha256"] == hashlib.sha256(made.artifact).hexdigest()
    assert [example["prediction"] for example in made.manifest["examples"]] == [0.333333, 1.0]
    assert joblib.load(io.BytesIO(made.artifact)).coef_.tolist() == [0.666667]
    assert made.manifest["training"] == {"script": "train.py", "rows": 2}
    assert "choices" not in made.manifest


def test_a_manifest_is_utf_8_indented_by_two_and_ends_in_a_newline() -> None:
    made = release(line(), description=DESCRIPTION, instances=[[0.0]], decimals=6, training={})
    text = made.files()["manifest.json"].decode()
    assert text.startswith('{\n  "name": "line",\n')
    assert text.endswith("}\n")
    assert "A line, größer" in text
    assert json.loads(text) == made.manifest


def test_a_manifest_that_is_not_strict_json_is_refused() -> None:
    training = {"error": float("nan")}
    with pytest.raises(ValueError, match="not JSON compliant"):
        release(line(), description=DESCRIPTION, instances=[[0.0]], decimals=6, training=training)


def test_a_release_says_what_its_prepared_form_must_answer() -> None:
    made = release(line(), description=DESCRIPTION, instances=[[0.0]], decimals=6, training={})
    again = release(line(), description=DESCRIPTION, instances=[[0.0]], decimals=6, training={})
    assert sorted(made.manifest["prepared"]) == ["phase", "rows", "scheme", "sha256", "steps"]
    assert again.manifest["prepared"] == made.manifest["prepared"]
    manifest = read_manifest(made.files()["manifest.json"])
    assert type(read_estimator(made.artifact, manifest)).__name__ == "Line"


def test_a_release_of_what_has_no_prepared_form_says_nothing_of_one() -> None:
    neighbours = KNeighborsRegressor(1).fit([[0.0], [1.0]], [0.0, 1.0])
    made = release(neighbours, description=DESCRIPTION, instances=[[0.0]], decimals=6, training={})
    assert "prepared" not in made.manifest
