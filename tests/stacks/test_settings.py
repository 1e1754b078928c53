"""A wrong configuration is one error that names every problem, and nothing is made."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from local_cloud.recording import Graph, RecordingMonitor, run
from tests.support.fake_aws import invoke, provision
from tests.support.stacks import CERTIFICATE, PROJECT, ROOT, configuration, program, run_stack, run_with


def problems(stack: str = "dev", **changed: Any) -> list[str]:
    """The problems that the program names with these settings changed."""
    with pytest.raises(pulumi.RunError) as raised:
        run_stack(stack, **changed)
    head, *lines = str(raised.value).split("\n  - ")
    assert re.fullmatch(rf"Stack '{stack}': {len(lines)} problems? with its settings", head)
    return lines


@pytest.mark.parametrize(
    ("setting", "value", "problem"),
    [
        ("hosting", "ec2", "hosting must be one of fargate, lambda, both; got 'ec2'"),
        ("minTasks", 0, "minTasks must be a whole number from 1 to 1000; got 0"),
        ("minTasks", "many", "minTasks must be a whole number from 1 to 1000; got 'many'"),
        ("minTasks", 3, "minTasks 3 is more than maxTasks 2"),
        ("cpu", 300, "cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384; got 300"),
        ("memory", 4096, "memory must be one of 512, 1024, 2048 MiB with 256 CPU units; got 4096"),
        ("onDemandBase", 2, "onDemandBase 2 is more than minTasks 1: it would never be reached"),
        ("spotWeight", 0, "onDemandWeight and spotWeight are both 0: one of them must be at least 1"),
        ("protect", "no", "protect must be true or false; got 'no'"),
        ("tokenSeconds", 30, "tokenSeconds must be a whole number from 60 to 86400; got 30"),
        ("logLevel", "loud", "logLevel must be one of debug, info, warning, error; got 'loud'"),
        ("server", "gunicorn", "server must be one of waitress, granian; got 'gunicorn'"),
        ("natGateways", "None", "natGateways must be one of Single, OnePerAz; got 'None'"),
        (
            "users",
            ["a b"],
            "users must be a list of names of the form [a-zA-Z][a-zA-Z0-9_-]{0,31}; got ['a b']",
        ),
        ("users", [], "missing setting 'users'"),
        ("signingKeyIds", ["k1", "k1"], "signingKeyIds must be a list without repetitions; got ['k1', 'k1']"),
        ("alarmEmails", ["nobody"], "alarmEmails must be a list of mail addresses; got ['nobody']"),
        (
            "defaultModel",
            "iris",
            "defaultModel must be one of the models, flight_delay, gpa_to_sat, digits; got 'iris'",
        ),
        ("models", ["nowhere"], "nowhere/manifest.json cannot be read: No such file or directory"),
        (
            "existingVpcId",
            "vpc-1",
            "existingVpcId needs existingPublicSubnetIds, existingPrivateSubnetIds as well",
        ),
        ("certificateArn", "arn:aws:acm:1", "certificateArn needs domainName as well"),
        ("minTask", 2, "unknown setting 'minTask'; did you mean 'minTasks'?"),
    ],
)
def test_a_wrong_value_is_named_with_its_rule(setting: str, value: Any, problem: str) -> None:
    assert problems(**{setting: value}) == [problem]


def test_all_problems_stand_in_one_error() -> None:
    assert len(problems(cpu=300, memory=1, hosting="ec2", minTask=2, users=["a b"])) == 5


def test_no_resource_is_made_with_a_wrong_setting() -> None:
    monitor = RecordingMonitor(provision, invoke)

    with pytest.raises(pulumi.RunError):
        run(program, monitor, project=PROJECT, stack="dev", config=configuration("dev", logRetentionDays=13))
    assert monitor.graph == Graph()


def test_prod_without_a_certificate_is_refused_with_the_ways_out() -> None:
    (problem,) = problems("prod")
    for way_out in ("certificateArn", "domainName", "allowPlainHttp: true", "hosting: lambda"):
        assert way_out in problem
    assert run_stack("prod", allowPlainHttp=True).exports["url"].startswith("http://")


def test_a_record_needs_the_certificate_of_its_name() -> None:
    assert problems(hostedZoneId="Z1") == [
        "hostedZoneId needs certificateArn and domainName: it gets domainName's record"
    ]


def test_a_region_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    config = configuration("dev")
    del config["aws:region"]
    with pytest.raises(pulumi.RunError, match=r"aws:region is not set \(pulumi config set aws:region"):
        run_with(config)


def test_an_artifact_that_is_not_its_manifests_is_refused_naming_both_digests(tmp_path: Path) -> None:
    folder = tmp_path / "flight_delay"
    shutil.copytree(ROOT / "model_artifacts" / "flight_delay", folder)
    with (folder / "model.joblib").open("ab") as artifact:
        artifact.write(b"\0")
    promised = json.loads((folder / "manifest.json").read_text())["sha256"]
    (problem,) = problems(models=[str(folder)])
    found = re.fullmatch(
        r".*/model.joblib has the SHA-256 ([0-9a-f]{64}), its manifest.json says (\S+)", problem
    )
    assert found
    assert found[2] == promised != found[1]


def test_every_setting_is_declared_with_a_type_a_default_and_a_description() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert all({"type", "default", "description"} <= setting.keys() for setting in declared.values())
    assert run_stack("prod", **CERTIFICATE).exports  # every declared key is known to the program
