"""Every program under examples/ runs with the library under its public name, and makes what it promises."""

import json
import re
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import components
from local_cloud.recording import Graph
from tests.support.fake_aws import graph_of

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PYTHON = sorted(path.parent.name for path in EXAMPLES.glob("*/__main__.py"))
SCHEMA = json.loads((ROOT / "tests/contract/schema.json").read_text())
CONFIG = {
    "existing_infrastructure": {
        "vpcId": "vpc-1",
        "privateSubnetIds": '["subnet-1", "subnet-2"]',
        "clusterArn": "arn:aws:ecs:eu-central-1:123456789012:cluster/shared",
        "listenerArn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shared/1/2",
        "balancerArnSuffix": "app/shared/1",
        "balancerSecurityGroupId": "sg-1",
        "bucketName": "their-models",
    },
    "watch_another_service": {
        "clusterName": "theirs",
        "serviceName": "shop",
        "balancerArnSuffix": "app/shop/1",
        "targetGroupArnSuffix": "targetgroup/shop/1",
        "functionName": "search",
        "apiId": "a1",
    },
    "another_image": {
        "imageUri": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/theirs@sha256:" + "0" * 64
    },
}


@pytest.fixture
def public_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library as importers call it; tests/contract installs the real wheel."""
    monkeypatch.setitem(sys.modules, "spot_inference", components)


def graph(name: str, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """Runs one example in its own folder, as the CLI does."""
    folder = EXAMPLES / name
    monkeypatch.chdir(folder)
    project = re.search(r"^name: (.+)$", (folder / "Pulumi.yaml").read_text(), re.MULTILINE)
    assert project is not None
    config = {f"{project[1]}:{key}": value for key, value in CONFIG.get(name, {}).items()}
    return graph_of(lambda: runpy.run_path("__main__.py"), project=project[1], stack="try", config=config)


@pytest.mark.usefixtures("public_name")
@pytest.mark.parametrize("name", PYTHON)
def test_a_python_example_runs_and_every_output_has_a_value(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = graph(name, monkeypatch).exports
    assert exports
    assert [key for key, value in exports.items() if not value] == []


@pytest.mark.usefixtures("public_name")
@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("fargate_alone", "aws:lambda/function:Function"),
        ("lambda_alone", "awsx:ec2:Vpc"),
        ("existing_infrastructure", "awsx:ec2:Vpc"),
        ("existing_infrastructure", "aws:ecs/cluster:Cluster"),
        ("existing_infrastructure", "aws:lb/loadBalancer:LoadBalancer"),
        ("existing_infrastructure", "aws:s3/bucket:Bucket"),
        ("another_image", "docker-build:index:Image"),
        ("another_image", "aws:secretsmanager/secret:Secret"),
    ],
)
def test_an_example_makes_nothing_that_it_does_not_need(
    name: str, absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert graph(name, monkeypatch).of_type(absent) == []


@pytest.mark.usefixtures("public_name")
def test_what_stands_already_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made = graph("existing_infrastructure", monkeypatch)
    given = CONFIG["existing_infrastructure"]
    assert made.one("aws:ecs/service:Service").inputs["cluster"] == given["clusterArn"]
    assert made.one("aws:lb/listenerRule:ListenerRule").inputs["listenerArn"] == given["listenerArn"]
    assert {o.inputs["bucket"] for o in made.of_type("aws:s3/bucketObjectv2:BucketObjectv2")} == {
        "their-models"
    }


def properties(type_: dict[str, Any]) -> dict[str, Any]:
    """The properties of a resource's inputs or of an object type."""
    found: dict[str, Any] = type_.get("inputProperties") or type_["properties"]
    return found


def unknown(value: Any, type_: dict[str, Any], path: str) -> list[str]:
    """Keys of `value` that the schema does not know, deep."""
    wrong = []
    for key, item in value.items():
        known = properties(type_).get(key)
        if known is None:
            wrong.append(f"{path}.{key}")
        elif isinstance(item, dict) and "$ref" in known:
            inner = SCHEMA["types"][known["$ref"].removeprefix("#/types/")]
            wrong += unknown(item, inner, f"{path}.{key}")
    return wrong


def test_the_yaml_example_uses_what_the_schema_has() -> None:
    program = yaml.safe_load((EXAMPLES / "yaml/Pulumi.yaml").read_text())
    wrong = []
    for name, resource in program["resources"].items():
        wrong += unknown(resource["properties"], SCHEMA["resources"][resource["type"]], name)
    assert wrong == []


def test_the_typescript_example_uses_what_the_schema_has() -> None:
    text = (EXAMPLES / "typescript/index.ts").read_text()
    types = [*SCHEMA["resources"].values(), *SCHEMA["types"].values()]
    known = {key for type_ in types for key in properties(type_)}
    classes = re.findall(r"new spot\.(\w+)\(", text)
    assert classes
    assert [c for c in classes if f"spot-inference:index:{c}" not in SCHEMA["resources"]] == []
    assert set(re.findall(r"(\w+): ", text)) - known - {"First"} == set()


def test_every_example_stands_in_the_list_that_make_engine_runs() -> None:
    listed = (ROOT / "tests/engine/examples.py").read_text()
    folders = [path.name for path in EXAMPLES.iterdir() if (path / "Pulumi.yaml").exists()]
    assert [name for name in folders if f'Example("{name}"' not in listed] == []
