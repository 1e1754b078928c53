"""Every rule of the arguments, with the values on both sides of it."""

from typing import Any

import pulumi
import pytest

from components import ApiGatewayLambda
from components.api_gateway_lambda.args import LARGEST_ENVIRONMENT, RESERVED_VARIABLES, environment_bytes
from components.base.arguments import ArgumentError
from tests.infra.api_gateway_lambda import IMAGE, made, refused
from tests.support.fake_aws import graph_of


@pytest.mark.parametrize(
    ("key", "least", "most"),
    [
        ("memory", 128, 10240),
        ("timeout_seconds", 1, 29),
        ("throttle_rate", 1, 10000),
        ("throttle_burst", 1, 5000),
        ("login_throttle_rate", 1, 10000),
        ("warm_up_minutes", 0, 59),
    ],
)
def test_numbers_have_bounds_and_the_bounds_are_allowed(key: str, least: int, most: int) -> None:
    made(**{key: least})
    made(**{key: most})
    for value in (least - 1, most + 1):
        message = refused(**{key: value})
        assert key in message
        assert f"from {least} to {most}; got {value}" in message


def test_one_reserved_execution_is_refused_since_a_ping_takes_one() -> None:
    message = refused(reserved_concurrency=1)
    assert "reserved_concurrency must be a whole number of at least 2; got 1" in message
    made(reserved_concurrency=2)


def test_only_retentions_that_cloudwatch_knows_are_accepted() -> None:
    assert "log_retention_days must be one of 1, 3, 5, 7, 14" in refused(log_retention_days=13)


def test_an_architecture_is_spelled_as_on_the_other_host() -> None:
    assert "architecture must be one of X86_64, ARM64; got 'arm64'" in refused(architecture="arm64")


def test_every_problem_is_named_in_one_error() -> None:
    application = {"log_level": "loud", "environment": {"AWS_REGION": "x"}}
    message = refused(memory=1, timeout_seconds=30, warm_up=5, application=application)
    assert message.startswith("ApiGatewayLambda 'api': 5 problems with its arguments")
    for part in ("memory", "timeout_seconds", "'warm_up'", "application: log_level", "AWS_REGION"):
        assert part in message


def test_a_name_that_lambda_could_not_take_is_refused() -> None:
    name = "a" * 49
    with pytest.raises(ArgumentError, match="at most 48 characters"):
        graph_of(lambda: ApiGatewayLambda(name, {"image_uri": IMAGE}))
    graph_of(lambda: ApiGatewayLambda(name[:-1], {"image_uri": IMAGE}))


@pytest.mark.parametrize("variable", sorted(RESERVED_VARIABLES))
def test_variables_that_lambda_sets_itself_are_refused(variable: str) -> None:
    message = refused(application={"environment": {variable: "x"}})
    assert f"environment must not set {variable}, which Lambda sets itself" in message


def test_a_reserved_variable_is_refused_although_its_value_comes_later() -> None:
    def program() -> None:
        later = pulumi.Output.from_input("eu-west-1")
        ApiGatewayLambda("api", {"image_uri": IMAGE, "application": {"environment": {"AWS_REGION": later}}})

    with pytest.raises(ArgumentError, match="AWS_REGION"):
        graph_of(program)


def test_the_addresses_of_the_local_cloud_are_no_reserved_variables() -> None:
    made(application={"environment": {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}})


def of_size(size: int) -> dict[str, str]:
    """An extra variable that brings the whole environment to this size."""
    empty = environment_bytes({"EXTRA": "", "LOG_LEVEL": "info", "TOKEN_SECONDS": "3600"})
    return {"EXTRA": "x" * (size - empty)}


def test_an_environment_of_4_kb_is_accepted() -> None:
    found = made(application={"environment": of_size(4096)})
    variables = found.one("aws:lambda/function:Function").inputs["environment"]["variables"]
    assert environment_bytes(variables) == LARGEST_ENVIRONMENT == 4096


def test_a_larger_environment_is_refused_with_the_largest_variables_and_the_way_out() -> None:
    message = refused(application={"environment": of_size(4097)})
    assert "takes 4097 bytes, Lambda allows 4096" in message
    assert "largest: EXTRA 40" in message
    assert "MODELS to the s3:// address of the list" in message


def test_a_larger_environment_is_refused_once_its_values_are_known() -> None:
    models: Any = [
        {"name": f"m{at}", "uri": "s3://b/x", "version": "1", "sha256": "a" * 64, "manifest_sha256": "b" * 64}
        for at in range(30)
    ]

    def program() -> None:
        application: Any = {"models": pulumi.Output.from_input(models)}
        ApiGatewayLambda("api", {"image_uri": IMAGE, "application": application})

    with pytest.raises(ArgumentError, match=r"'api': the environment takes \d+ bytes.*largest: MODELS"):
        graph_of(program)


def test_an_environment_is_measured_in_bytes_not_in_characters() -> None:
    assert environment_bytes({"A": "é"}) == environment_bytes({"A": "ee"})
