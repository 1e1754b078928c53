"""The contract between infrastructure and application: its variables, its rights, nothing more."""

import json
from typing import Any

import pulumi
import pytest

from components.base.application import Application, ApplicationArgs
from components.base.arguments import ArgumentError, Arguments
from tests.support.fake_aws import graph_of

RELEASE = {
    "name": "line",
    "uri": "s3://bucket/models/line/1.0.0/aa",
    "version": "1.0.0",
    "sha256": "11",
    "manifest_sha256": "22",
}
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:"


class Owner(ApplicationArgs):
    """Stands for a service's arguments."""

    application: ApplicationArgs
    """The nested mapping."""


def application(args: Any) -> Application:
    arguments = Arguments("Service 's'", {"application": args}, Owner)
    found = Application(arguments)
    arguments.check()
    return found


def environment(args: Any, **more: str) -> dict[str, str]:
    def program() -> None:
        pulumi.export("environment", pulumi.Output.all(**application(args).environment(**more)))

    found: dict[str, str] = graph_of(program).exports["environment"]
    return found


def statements(args: Any) -> Any:
    def program() -> None:
        pulumi.export("statements", application(args).statements())

    return graph_of(program).exports["statements"]


def test_an_application_that_is_told_nothing_gets_the_defaults_and_no_rights() -> None:
    assert environment({}) == {"LOG_LEVEL": "info", "TOKEN_SECONDS": "3600"}
    assert statements({}) == []
    assert application({}).has_rights is False


def test_every_argument_becomes_its_variable() -> None:
    args = {
        "models": [RELEASE],
        "default_model": "line",
        "signing_keys_arn": f"{SECRET}keys",
        "users_arn": f"{SECRET}users",
        "token_issuer": "issuer",
        "token_audience": "audience",
        "token_seconds": 60.0,
        "log_level": "debug",
    }
    assert environment(args, PORT="8080") == {
        "DEFAULT_MODEL": "line",
        "LOG_LEVEL": "debug",
        "MODELS": json.dumps([RELEASE], sort_keys=True),
        "PORT": "8080",
        "SIGNING_KEYS": f"{SECRET}keys",
        "TOKEN_AUDIENCE": "audience",
        "TOKEN_ISSUER": "issuer",
        "TOKEN_SECONDS": "60",
        "USERS": f"{SECRET}users",
    }


def test_variables_of_the_callers_own_win_and_stand_in_order() -> None:
    found = application({"environment": {"ZZZ": "1", "LOG_LEVEL": "own", "PORT": "1"}}).environment(PORT="2")
    assert list(found) == ["LOG_LEVEL", "PORT", "TOKEN_SECONDS", "ZZZ"]
    assert (found["LOG_LEVEL"], found["PORT"]) == ("own", "1")


def test_the_application_reads_its_models_and_its_secrets_and_nothing_else() -> None:
    args = {
        "model_bucket_arn": "arn:aws:s3:::bucket",
        "signing_keys_arn": f"{SECRET}keys",
        "users_arn": f"{SECRET}users",
        "readable_secret_arns": [f"{SECRET}more"],
    }
    assert application(args).has_rights is True
    assert statements(args) == [
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::bucket/models/*"]},
        {
            "Effect": "Allow",
            "Action": ["secretsmanager:GetSecretValue"],
            "Resource": [f"{SECRET}keys", f"{SECRET}users", f"{SECRET}more"],
        },
    ]


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"modles": []}, "application: unknown argument 'modles'; did you mean 'models'?"),
        ({"token_seconds": 59}, "application: token_seconds must be a whole number from 60 to 86400; got 59"),
        ({"log_level": "loud"}, "log_level must be one of debug, info, warning, error; got 'loud'"),
        (
            {"readable_secret_arns": "arn:aws:x"},
            "application: readable_secret_arns must be a list; got 'arn:aws:x'",
        ),
        ({"default_model": ""}, "application: default_model must be a string; got ''"),
    ],
)
def test_problems_are_named_with_the_place(args: Any, problem: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        application(args)
    assert problem in str(refused.value)
