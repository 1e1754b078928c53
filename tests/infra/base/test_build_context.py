"""The hash of a build context: every change that rebuilds changes it, nothing else does."""

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from components.base.build_context import ContextError, files, hash_of, ignored, parse


@pytest.fixture
def context(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / ".dockerignore").write_text("# not built\n**/__pycache__\n*.md\n!keep.md\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "app.py").write_text("print()\n")
    return tmp_path


def write(name: str, text: str = "x") -> Callable[[Path], object]:
    def change(context: Path) -> None:
        (context / name).parent.mkdir(exist_ok=True)
        (context / name).write_text(text)

    return change


@pytest.mark.parametrize(
    "change",
    [
        write("package/app.py", "print(1)\n"),
        write("package/new.py", ""),
        write("keep.md"),
        write("Dockerfile", "FROM other\n"),
        write(".dockerignore", "# other\n**/__pycache__\n*.md\n!keep.md\n"),
        lambda context: (context / "package" / "app.py").unlink(),
        lambda context: (context / "package" / "app.py").rename(context / "package" / "b.py"),
        lambda context: (context / "package" / "app.py").chmod(0o755),
        lambda context: (context / "link").symlink_to("Dockerfile"),
    ],
)
def test_what_the_image_would_notice_changes_the_hash(
    context: Path, change: Callable[[Path], object]
) -> None:
    before = hash_of(context)
    change(context)
    assert hash_of(context) != before


@pytest.mark.parametrize(
    "change",
    [
        write("package/__pycache__/app.pyc"),
        write("__pycache__/x.pyc"),
        write("notes.md"),
        lambda context: (context / "empty").mkdir(),
        lambda context: os.utime(context / "package" / "app.py", (1, 1)),
    ],
)
def test_what_the_image_would_not_notice_leaves_the_hash(
    context: Path, change: Callable[[Path], object]
) -> None:
    before = hash_of(context)
    change(context)
    assert hash_of(context) == before


def test_the_hash_does_not_depend_on_where_the_folder_lies(context: Path, tmp_path: Path) -> None:
    copy = tmp_path / "package" / "copy"
    before = hash_of(context)
    copy.mkdir()
    for name in ("Dockerfile", ".dockerignore"):
        (copy / name).write_bytes((context / name).read_bytes())
    (copy / "package").mkdir()
    (copy / "package" / "app.py").write_bytes((context / "package" / "app.py").read_bytes())
    assert hash_of(copy) == before


def test_a_file_cannot_pass_for_two(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").write_text("y")
    mode = (tmp_path / "b").stat().st_mode
    two = hash_of(tmp_path)
    (tmp_path / "b").unlink()
    (tmp_path / "a").write_text(f"xb\0{mode:o}\0\0\0y")
    assert hash_of(tmp_path) != two


def test_a_folder_without_a_dockerfile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContextError, match="holds no Dockerfile"):
        hash_of(tmp_path)


def test_the_dockerfile_counts_even_where_it_is_ignored(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("*\n")
    hashes = set()
    for base in ("scratch", "other"):
        (tmp_path / "Dockerfile").write_text(f"FROM {base}\n")
        hashes.add(hash_of(tmp_path))
    assert list(files(tmp_path)) == []
    assert len(hashes) == 2


# Each line: a .dockerignore, what it ignores, what it leaves. After docs.docker.com/build/concepts/context/.
@pytest.mark.parametrize(
    ("text", "ignores", "leaves"),
    [
        ("temp", ["temp", "temp/a/b"], ["a/temp", "temps", "temp.py"]),
        ("/temp/", ["temp", "temp/a"], ["a/temp"]),
        ("*/temp*", ["a/temp", "a/temporary.txt", "a/temp/b"], ["temp", "a/b/temp"]),
        ("temp?", ["tempa", "tempb/c"], ["temp", "tempab", "temp/a"]),
        ("**/*.go", ["a.go", "a/b/c.go"], ["a.gox", "go"]),
        ("docs/**", ["docs/a", "docs/a/b"], ["documents/a"]),
        ("**/tests", ["tests/a", "a/tests/b"], ["mytests/a", "tests.py"]),
        ("*.md\n!README.md", ["a.md"], ["README.md", "docs/a.md"]),
        ("*.md\n!README*.md\nREADME-secret.md", ["a.md", "README-secret.md"], ["README-more.md"]),
        ("*\n!app", ["a", "b/c"], ["app", "app/a/b"]),
        ("# a\n\n  b.txt  ", ["b.txt"], ["a", "# a"]),
        ("a.b", ["a.b"], ["axb"]),
    ],
)
def test_the_ignore_file_is_read_as_docker_reads_it(text: str, ignores: list[str], leaves: list[str]) -> None:
    rules = parse(text)
    assert [path for path in ignores + leaves if ignored(PurePosixPath(path), rules)] == ignores


@pytest.mark.parametrize("pattern", ["[ab].py", "a\\*b"])
def test_a_pattern_that_is_not_supported_is_refused_not_misread(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / ".dockerignore").write_text(f"a\n{pattern}\n")
    with pytest.raises(ContextError) as refused:
        hash_of(tmp_path)
    assert f"has the pattern '{pattern}'" in str(refused.value)
