"""A stack's two files become the configuration that the Pulumi CLI would hand to the program."""

from pathlib import Path

import pytest

from local_cloud.aws import Aws
from local_cloud.configuration import (
    Configuration,
    ConfigurationError,
    read_configuration,
    with_certificate,
)

PROJECT = """
name: shop
config:
  text: {type: string, default: a b}
  count: {type: integer, default: 3}
  flag: {type: boolean, default: true}
  names: {type: array, items: {type: string}, default: [a, b]}
  needed: {type: string, description: no default}
  aws:region: {value: eu-west-1}
"""


def read(folder: Path, stack_file: str, project: str = PROJECT) -> Configuration:
    (folder / "Pulumi.yaml").write_text(project)
    (folder / "Pulumi.dev.yaml").write_text(stack_file)
    return read_configuration(folder, "dev")


def test_defaults_stand_under_the_stacks_values_and_are_spelled_as_the_cli_does(tmp_path: Path) -> None:
    found = read(tmp_path, "config:\n  needed: x\n  shop:count: 7\n  other:key: {a: [1]}\n")
    assert found.values == {
        "shop:text": "a b",
        "shop:count": "7",
        "shop:flag": "true",
        "shop:names": '["a", "b"]',
        "shop:needed": "x",
        "aws:region": "eu-west-1",
        "other:key": '{"a": [1]}',
    }
    assert (found.project, found.stack, found.region, found.get("count")) == ("shop", "dev", "eu-west-1", "7")


@pytest.mark.parametrize(
    ("stack_file", "message"),
    [
        ("config: {}\n", "shop:needed is required"),
        ("", "shop:needed is required"),
        ("config:\n  needed: {secure: v1:abc}\n", "shop:needed is encrypted"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, stack_file: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read(tmp_path, stack_file)


def test_an_unknown_stack_names_those_that_exist(tmp_path: Path) -> None:
    read(tmp_path, "config: {needed: x}\n")
    with pytest.raises(ConfigurationError, match=r"no stack 'prd' .* there are: dev"):
        read_configuration(tmp_path, "prd")


def test_a_stack_that_needs_a_certificate_and_names_none_gets_one(aws: Aws) -> None:
    found = with_certificate(Configuration("shop", "prod", {"shop:hosting": "both"}), aws)
    arn = found.get("certificateArn")
    certificate = aws.call("acm.describe_certificate", CertificateArn=arn)["Certificate"]
    assert certificate["DomainName"] == found.get("domainName") == "api.example.test"


@pytest.mark.parametrize(
    "values",
    [
        {"allowPlainHttp": "true"},
        {"hosting": "lambda"},
        {"certificateArn": "arn:aws:acm:x", "domainName": "a.example"},
        {"domainName": "a.example"},  # half of the pair: the program's own error must come
    ],
)
def test_no_other_stack_gets_one(aws: Aws, values: dict[str, str]) -> None:
    configuration = Configuration("shop", "dev", {f"shop:{key}": value for key, value in values.items()})
    assert with_certificate(configuration, aws) is configuration
