"""The models of this repository: served prepared, without scikit-learn, with the same answers as by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_app.hosts.assembly import Application, assemble
from inference_app.models.form import Form
from inference_app.settings import read_settings
from tests.app.support.doors import Asked, wsgi
from tests.app.support.environment import USER, environment
from tests.app.support.published import release_of

FOLDER = Path(__file__).parents[2] / "model_artifacts"
MODELS = sorted(path.parent.name for path in FOLDER.glob("*/manifest.json"))


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    releases = [release_of(FOLDER / name) for name in MODELS]
    return {
        **environment(tmp_path_factory.mktemp("secrets"), releases),
        "DEFAULT_MODEL": "flight_delay",
    }


def loaded(environ: dict[str, str]) -> Application:
    application = assemble(read_settings(environ))
    assert application.load()
    return application


def test_every_model_is_prepared_and_prepared_0_and_batching_0_switch_off(environ: dict[str, str]) -> None:
    models = loaded(environ).services.models.all()
    assert {model.name: isinstance(model.estimator, Form) for model in models} == dict.fromkeys(MODELS, True)
    assert all(model.batching and model.one for model in models)
    models = loaded({**environ, "PREPARED": "0", "BATCHING": "0"}).services.models.all()
    kinds = {type(model.estimator).__module__.partition(".")[0] for model in models}
    assert (kinds, {(model.batching, model.one) for model in models}) == ({"sklearn"}, {(False, None)})


def test_the_contracts_answers_are_the_same_with_and_without(environ: dict[str, str]) -> None:
    applications = [loaded(environ), loaded({**environ, "PREPARED": "0"})]
    headers = {
        "Authorization": f"Bearer {applications[0].services.tokens.issue(USER)}",
        "Content-Type": "application/json",
    }
    random = np.random.default_rng(11)
    rows = [[0.0] * 37, [1e300] * 37, [-1e308, 1e308] * 18 + [0.0], *random.normal(size=(20, 37)).tolist()]
    bodies = [("/predict", {"x": row}) for row in rows]
    bodies += [("/predict", {"instances": rows[3:]}), ("/predict_api", {"data": rows[5]})]
    bodies += [("/models/gpa_to_sat/predict", {"instances": [[gpa], [4 - gpa]]}) for gpa in (0, 1.5, 3, 4)]
    bodies += [("/models/gpa_to_sat/predict", {"x": [value]}) for value in (0, 3, 4, 4.1)]
    for path, body in bodies:
        answers = [
            wsgi(application)(Asked("POST", path, headers=headers, body=json.dumps(body).encode()))
            for application in applications
        ]
        assert answers[0].status == answers[1].status
        same(json.loads(answers[0].body), json.loads(answers[1].body))


def same(one: Any, other: Any) -> None:
    """To 1e-12 of numbers, exactly in everything else."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one.keys() - {"request_id"}:
            same(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for first, second in zip(one, other, strict=True):
            same(first, second)
    elif isinstance(one, float):
        assert one == pytest.approx(other, rel=1e-12, abs=1e-12)
    else:
        assert one == other


@pytest.mark.parametrize("kernel", ["", "Prescott", "Nehalem", "Haswell"])
def test_loading_imports_nothing_slow_whatever_the_machines_arithmetic(kernel: str) -> None:
    code = """
import hashlib, json, sys
from pathlib import Path
from inference_app.models.loader import load
from inference_app.settings import Release
from inference_app.sources.files import Files
for folder in map(Path, sys.argv[1:]):
    content = (folder / "manifest.json").read_bytes()
    told, digest = json.loads(content), hashlib.sha256(content).hexdigest()
    model = load(Release(told["name"], str(folder), told["version"], told["sha256"], digest), Files())
    print(model.name, model.one is not None)
slow = {"sklearn", "scipy", "joblib", "pandas", "numpy.ma", "importlib.metadata"}
print(sorted(slow & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *(str(FOLDER / name) for name in MODELS)],
        capture_output=True,
        text=True,
        check=True,
        cwd=FOLDER.parent,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS")},
            **({"OPENBLAS_CORETYPE": kernel} if kernel else {}),
            **({"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3"} if kernel == "Prescott" else {}),
        },
    )
    assert done.stdout.splitlines() == [*(f"{name} True" for name in MODELS), "[]"]
