"""The committed artifacts are what their manifests say and answer as promised; needs no training data."""

import hashlib
import json
import math
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from model_artifacts.train import FOLDER, model_names

NAMES = model_names()


def manifest(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / name / "manifest.json").read_text(encoding="utf-8"))
    return document


def model(name: str) -> Any:
    # A file saved by another scikit-learn than the installed one only warns; pytest makes it an error.
    return joblib.load(FOLDER / name / manifest(name)["artifact"])


def test_the_three_models_are_there() -> None:
    assert NAMES == ["digits", "flight_delay", "gpa_to_sat"]


@pytest.mark.parametrize("name", NAMES)
def test_the_folder_holds_script_artifact_manifest_and_card(name: str) -> None:
    for file in ("train.py", "model.joblib", "manifest.json", "card.md"):
        assert (FOLDER / name / file).is_file(), file
    assert manifest(name)["name"] == name


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_names_the_artifacts_digest(name: str) -> None:
    artifact = (FOLDER / name / "model.joblib").read_bytes()
    assert manifest(name)["sha256"] == hashlib.sha256(artifact).hexdigest()


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_names_the_version_that_wrote_the_artifact(name: str) -> None:
    state = (FOLDER / name / "model.joblib").read_bytes().split(b"_sklearn_version")[1]
    assert manifest(name)["scikit_learn"] == "1.9.1"
    assert b"1.9.1" in state[:12]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_hold(name: str) -> None:
    examples = manifest(name)["examples"]
    assert examples
    for example in examples:
        row = np.array([example["instance"]]).reshape(1, -1)
        assert math.isclose(model(name).predict(row)[0], example["prediction"], rel_tol=0, abs_tol=1e-9)
        if "probability" in example:
            assert model(name).predict_proba(row)[0] == pytest.approx(example["probability"], rel=0, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_each_example_has_as_many_numbers_as_the_estimator_takes(name: str) -> None:
    count = model(name).n_features_in_
    assert {np.size(example["instance"]) for example in manifest(name)["examples"]} == {count}
    if name != "digits":
        assert len(manifest(name)["inputs"]) == count


@pytest.mark.parametrize("name", NAMES)
def test_what_was_fitted_is_rounded(name: str) -> None:
    decimals = {"digits": 6, "gpa_to_sat": 10, "flight_delay": 6}[name]
    fitted = [*np.ravel(model(name).coef_), *np.ravel(model(name).intercept_)]
    assert all(value == round(float(value), decimals) for value in fitted)


@pytest.mark.parametrize(
    ("gpa", "score"), [(0, 1009.9768130651476), (3, 1763.0867553206997), (4, 2014.123402739217)]
)
def test_the_line_gives_its_golden_values(gpa: float, score: float) -> None:
    line = model("gpa_to_sat")
    assert type(line) is LinearRegression
    assert abs(line.predict(np.array([[float(gpa)]]))[0] - score) <= 1e-9


def test_the_line_takes_one_average_from_0_to_4() -> None:
    (gpa,) = manifest("gpa_to_sat")["inputs"]
    assert (gpa["name"], gpa["kind"], gpa["minimum"], gpa["maximum"]) == ("gpa", "number", 0.0, 4.0)
    assert manifest("gpa_to_sat")["output"] == {"name": "sat_score", "kind": "number"}


def test_the_37_inputs_are_the_four_choices_in_order() -> None:
    document = manifest("flight_delay")
    inputs = [entry["name"] for entry in document["inputs"]]
    assert len(set(inputs)) == 37
    assert [(choice["name"], len(choice["values"])) for choice in document["choices"]] == [
        ("month", 12),
        ("carrier", 16),
        ("origin", 3),
        ("part_of_day", 6),
    ]
    assert [name for choice in document["choices"] for name in choice["inputs"]] == inputs
    assert all(len(choice["inputs"]) == len(choice["values"]) for choice in document["choices"])


def test_the_37_numbers_carry_no_range() -> None:
    assert {frozenset(entry) for entry in manifest("flight_delay")["inputs"]} == {
        frozenset({"name", "kind", "description"})
    }


def test_the_classifier_is_a_balanced_logistic_regression_of_the_manifests_classes() -> None:
    classifier = model("flight_delay")
    assert type(classifier) is LogisticRegression
    assert classifier.class_weight == "balanced"
    assert manifest("flight_delay")["output"] == {
        "name": "delayed",
        "kind": "class",
        "classes": classifier.classes_.tolist(),
        "labels": ["on time", "late"],
    }


def test_the_numbers_1_to_4_over_and_over_are_an_example() -> None:
    instances = [example["instance"] for example in manifest("flight_delay")["examples"]]
    assert ([1.0, 2.0, 3.0, 4.0] * 10)[:37] in instances
    one_hot = [row for row in instances if set(row) == {0.0, 1.0}]
    assert [sum(row) for row in one_hot] == [4.0] * 5
    assert {example["prediction"] for example in manifest("flight_delay")["examples"]} == {0, 1}


def test_the_measured_figures_are_those_of_a_model_that_leaks_nothing() -> None:
    metrics = manifest("flight_delay")["training"]["metrics"]
    assert 0.66 < metrics["roc_auc"] < 0.70
    assert 0.62 < metrics["recall"] < 0.68
    assert round(metrics["late_share"], 2) == 0.24
    assert metrics["roc_auc_unseen_days"] < metrics["roc_auc"]


def test_digits_takes_an_image_of_8_by_8_grey_values_up_to_16() -> None:
    (image,) = manifest("digits")["inputs"]
    del image["description"]
    assert image == {"name": "image", "kind": "image", "width": 8, "height": 8, "mode": "L", "scale": 16}
    classifier = model("digits")
    assert type(classifier) is LogisticRegression
    assert manifest("digits")["output"] == {
        "name": "digit",
        "kind": "class",
        "classes": classifier.classes_.tolist(),
    }


def test_each_digit_is_an_example() -> None:
    examples = manifest("digits")["examples"]
    assert [example["prediction"] for example in examples] == list(range(10))
    assert {np.shape(example["instance"]) for example in examples} == {(8, 8)}


def test_digits_recognises_most_of_what_it_never_saw() -> None:
    metrics = manifest("digits")["training"]["metrics"]
    assert 0.96 < metrics["accuracy"] < 0.99
    assert 0.9 < metrics["lowest_recall"] < metrics["accuracy"]
