"""The image is known by its content, pushed under a tag of its own, and kept as long as it is needed."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components import inference_image
from components.inference_image import InferenceImage, input_hash
from local_cloud.recording import Graph
from tests.support.fake_aws import graph_of, refusal

REPOSITORY, IMAGE = "aws:ecr/repository:Repository", "docker-build:index:Image"
URL = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app-repository"


@pytest.fixture
def context(tmp_path: Path) -> str:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "app.py").write_text("print()\n")
    return str(tmp_path)


def image(args: Any) -> Graph:
    def program() -> None:
        made = InferenceImage("app", args)
        pulumi.export("uri", made.image_uri)
        pulumi.export("url", made.repository_url)

    return graph_of(program)


def tag(graph: Graph) -> str:
    (found,) = graph.one(IMAGE).inputs["tags"]
    return str(found)


def test_the_image_is_named_by_its_digest(context: str) -> None:
    graph = image({"context": context})
    assert graph.exports["url"] == URL
    assert graph.exports["uri"] == f"{URL}@{graph.one(IMAGE).outputs['digest']}"


def test_a_tag_in_the_repository_can_never_be_moved(context: str) -> None:
    repository = image({"context": context}).one(REPOSITORY).inputs
    repository.pop("tags")
    assert repository == {
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "AES256"}],
        "forceDelete": False,
    }


def test_the_same_content_has_the_same_tag(context: str) -> None:
    graph = image({"context": context})
    keepers = graph.one("random:index/randomId:RandomId").inputs["keepers"]
    suffix = graph.one("random:index/randomId:RandomId").outputs["hex"]
    assert tag(graph) == f"{URL}:{keepers['content'][:12]}-{suffix}"
    assert tag(image({"context": context})) == tag(graph)


def test_every_change_that_builds_again_has_a_tag_of_its_own(context: str, tmp_path: Path) -> None:
    """A repeated tag would be refused by the repository, the build done in vain."""
    variants: list[dict[str, str]] = [
        {"context": context},
        {"context": context, "architecture": "ARM64"},
        {"context": context, "python_image": "python:3.12-slim"},
        {"context": f"{context}/."},
    ]
    tags = [tag(image(variant)) for variant in variants]
    (tmp_path / "app.py").write_text("print(1)\n")
    tags.append(tag(image({"context": context})))
    assert len(set(tags)) == 5


def test_going_back_to_an_earlier_content_is_a_new_build(context: str) -> None:
    """The keepers make the provider draw another suffix at each change, back to an earlier content, too."""
    random_id = image({"context": context}).one("random:index/randomId:RandomId").inputs
    assert random_id["byteLength"] == 4
    assert random_id["keepers"]["context"] == context
    assert len(random_id["keepers"]["content"]) == 64


@pytest.mark.parametrize(("architecture", "platform"), [("X86_64", "linux/amd64"), ("ARM64", "linux/arm64")])
def test_one_platform_is_built_and_pushed_but_not_in_a_preview(
    context: str, architecture: str, platform: str
) -> None:
    inputs = image({"context": context, "architecture": architecture}).one(IMAGE).inputs
    assert (inputs["platforms"], inputs["push"], inputs["buildOnPreview"]) == ([platform], True, False)
    assert inputs["context"] == {"location": context}
    assert inputs["dockerfile"] == {"location": f"{context}/Dockerfile"}
    assert "buildArgs" not in inputs
    assert "load" not in inputs


def test_the_base_image_is_handed_over_as_a_build_argument(context: str) -> None:
    inputs = image({"context": context, "python_image": "python:3.12-slim"}).one(IMAGE).inputs
    assert inputs["buildArgs"] == {"PYTHON_IMAGE": "python:3.12-slim"}


def test_the_registrys_password_is_secret(context: str) -> None:
    built = image({"context": context}).one(IMAGE)
    assert built.inputs["registries"] == [
        {"address": URL, "username": "AWS", "password": "a-registry-password"}
    ]
    assert "registries" in built.secrets


def test_an_image_that_was_replaced_stays_for_the_tasks_that_run_it(context: str) -> None:
    assert image({"context": context}).one(IMAGE).retain_on_delete is True


@pytest.mark.parametrize(("args", "kept"), [({}, 30), ({"keep_images": 5.0}, 5)])
def test_the_newest_images_stay_and_untagged_ones_two_weeks(context: str, args: Any, kept: int) -> None:
    graph = image({"context": context, **args})
    inputs = graph.one("aws:ecr/lifecyclePolicy:LifecyclePolicy").inputs
    assert inputs["repository"] == "app-repository"
    selections = [rule["selection"] for rule in json.loads(inputs["policy"])["rules"]]
    assert selections == [
        {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": 14,
        },
        {
            "tagStatus": "tagged",
            "tagPatternList": ["*"],
            "countType": "imageCountMoreThan",
            "countNumber": kept,
        },
    ]
    assert ".0" not in inputs["policy"]


def test_only_functions_of_this_account_and_region_pull_by_the_repositorys_policy(context: str) -> None:
    graph = image({"context": context})
    inputs = graph.one("aws:ecr/repositoryPolicy:RepositoryPolicy").inputs
    assert inputs["repository"] == "app-repository"
    assert json.loads(inputs["policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Condition": {
                "StringLike": {"aws:sourceArn": "arn:aws:lambda:eu-central-1:123456789012:function:*"}
            },
        }
    ]


def test_the_digest_is_known_only_when_lambda_may_pull(context: str) -> None:
    graph = image({"context": context})
    rights = graph.one("aws:ecr/repositoryPolicy:RepositoryPolicy")
    assert rights.urn in graph.one(IMAGE).dependencies


@pytest.mark.parametrize("switch", [True, False])
def test_the_repository_is_protected_and_emptied_as_wanted(context: str, switch: bool) -> None:
    graph = image({"context": context, "protect": switch, "force_delete": not switch})
    assert [r.name for r in graph.resources if r.protect] == (["app-repository"] if switch else [])
    assert graph.one(REPOSITORY).inputs["forceDelete"] is not switch


@pytest.mark.parametrize(
    ("package", "application"),
    [("components", "inference_app"), ("spot_inference", "spot_inference_app")],
)
def test_the_application_beside_this_package_is_built_by_default(
    package: str, application: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found from the package's file, under either name, and told relative to the program's folder."""
    for folder in (package, application, "program"):
        (tmp_path / folder).mkdir()
    (tmp_path / application / "Dockerfile").write_text("FROM scratch\n")
    monkeypatch.setattr(inference_image, "__file__", str(tmp_path / package / "inference_image.py"))
    monkeypatch.chdir(tmp_path / "program")
    assert image({}).one(IMAGE).inputs["context"] == {"location": f"../{application}"}


def test_a_folder_that_cannot_be_built_is_refused(tmp_path: Path) -> None:
    message = refusal(lambda: InferenceImage("app", {"context": str(tmp_path)}))
    assert message.endswith(f"context: {tmp_path} holds no Dockerfile")


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"architecture": "amd64"}, "architecture must be one of X86_64, ARM64; got 'amd64'"),
        ({"keep_images": 1}, "keep_images must be a whole number from 2 to 1000; got 1"),
        ({"contxt": "."}, "unknown argument 'contxt'; did you mean 'context'?"),
    ],
)
def test_what_cannot_be_is_refused(context: str, args: Any, problem: str) -> None:
    args["context"] = context
    assert refusal(lambda: InferenceImage("app", args)).endswith(problem)


def test_what_decides_an_image_decides_its_hash() -> None:
    hashes = {
        input_hash("content", "linux/amd64", {}),
        input_hash("other", "linux/amd64", {}),
        input_hash("content", "linux/arm64", {}),
        input_hash("content", "linux/amd64", {"PYTHON_IMAGE": "a"}),
    }
    assert len(hashes) == 4
