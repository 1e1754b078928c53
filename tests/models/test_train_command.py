"""The training command finds the models, compares without writing, and says what is missing."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from model_artifacts import train
from model_artifacts.publish import Release

MADE = Release(b"model", {"sha256": "00ff", "training": {"metrics": {"recall": 0.5}}})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "train.py").touch()

    def made(say: Callable[[str], None]) -> Release:
        say("fit")
        return MADE

    monkeypatch.setattr(train, "FOLDER", tmp_path)
    monkeypatch.setattr(train, "script", lambda _name: SimpleNamespace(train=made))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    return tmp_path


def test_training_writes_both_files_and_shows_its_progress(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main([]) == 0
    assert (folder / "one" / "model.joblib").read_bytes() == b"model"
    assert (folder / "one" / "manifest.json").read_bytes() == MADE.files()["manifest.json"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["one: fit", "one: recall 0.5"]
    assert lines[2].startswith("one: model.joblib and manifest.json written, sha256 00ff (")
    assert lines[3:] == ["train: 1 passed, 0 failed"]


def test_check_fails_on_one_changed_byte_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train.main([])
    (folder / "one" / "model.joblib").write_bytes(b"model!")
    assert train.main(["--check"]) == 1
    assert (folder / "one" / "model.joblib").read_bytes() == b"model!"
    assert "one: model.joblib differ" in capsys.readouterr().out


def test_check_passes_on_the_same_bytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train.main(["one"])
    assert train.main(["--check", "one"]) == 0
    assert capsys.readouterr().out.endswith("train: 1 passed, 0 failed\n")
    assert folder.is_dir()


@pytest.mark.usefixtures("folder")
def test_an_unknown_model_is_named_with_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        train.main(["two"])
    assert stop.value.code == 2
    assert "no such model: two; there are one" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_missing_package_is_exit_3_and_says_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(_name: str) -> None:
        raise ModuleNotFoundError("No module named 'pandas'")

    monkeypatch.setattr(train, "script", missing)
    assert train.main([]) == 3
    assert "No module named 'pandas': install requirements/train.txt" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_failed_training_is_named_and_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_say: Callable[[str], None]) -> Release:
        raise ValueError("flights.csv.zip: sha256 is another one")

    monkeypatch.setattr(train, "script", lambda _name: SimpleNamespace(train=fail))
    assert train.main([]) == 1
    output = capsys.readouterr()
    assert output.err == "one: failed: flights.csv.zip: sha256 is another one\n"
    assert output.out == "train: 0 passed, 1 failed\n"


@pytest.mark.usefixtures("folder")
def test_one_thread_is_set_before_a_training_script_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []

    def look(_name: str) -> SimpleNamespace:
        seen.append(os.environ.get("OPENBLAS_NUM_THREADS"))
        return SimpleNamespace(train=lambda _say: MADE)

    monkeypatch.setattr(train, "script", look)
    train.main([])
    assert seen == ["1"]
