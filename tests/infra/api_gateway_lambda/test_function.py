"""The function runs the image it was given, with the rights it needs and no others, behind an alias."""

import json

from components.api_gateway_lambda.function import log_statement
from components.base.policies import allow, trust
from tests.contract.samples import APPLICATION
from tests.infra.api_gateway_lambda import IMAGE, made

FUNCTION = "aws:lambda/function:Function"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


def test_the_function_runs_the_image_by_its_digest() -> None:
    inputs = made().one(FUNCTION).inputs
    assert (inputs["packageType"], inputs["imageUri"]) == ("Image", IMAGE)


def test_defaults_are_the_documented_ones() -> None:
    inputs = made().one(FUNCTION).inputs
    assert (inputs["memorySize"], inputs["timeout"], inputs["architectures"]) == (1024, 28, ["x86_64"])
    assert "reservedConcurrentExecutions" not in inputs


def test_size_and_processor_reach_the_function() -> None:
    found = made(memory=2048, timeout_seconds=10, architecture="ARM64", reserved_concurrency=7)
    inputs = found.one(FUNCTION).inputs
    assert (inputs["memorySize"], inputs["timeout"], inputs["architectures"]) == (2048, 10, ["arm64"])
    assert inputs["reservedConcurrentExecutions"] == 7


def test_its_environment_is_the_application_s_and_names_no_region() -> None:
    variables = made(application=APPLICATION).one(FUNCTION).inputs["environment"]["variables"]
    assert sorted(variables) == [
        *("DEFAULT_MODEL", "EXTRA", "LOG_LEVEL", "MODELS", "SIGNING_KEYS"),
        *("TOKEN_AUDIENCE", "TOKEN_ISSUER", "TOKEN_SECONDS", "USERS"),
    ]
    assert json.loads(variables["MODELS"]) == APPLICATION["models"]


def test_every_change_publishes_a_version_and_the_alias_follows() -> None:
    found = made()
    function, alias = found.one(FUNCTION), found.one("aws:lambda/alias:Alias")
    assert function.inputs["publish"] is True
    assert alias.inputs == {
        "name": "live",
        "functionName": function.outputs["name"],
        "functionVersion": function.outputs["version"],
    }


def test_the_log_group_that_lambda_would_make_is_there_before_the_function() -> None:
    found = made(log_retention_days=14)
    group, function = found.one(LOG_GROUP, "api-logs"), found.one(FUNCTION)
    assert group.inputs["retentionInDays"] == 14
    assert group.inputs["name"] == f"/aws/lambda/{function.inputs['name']}"
    assert group.urn in function.dependencies
    assert "loggingConfig" not in function.inputs


def test_the_function_s_name_is_the_component_s_with_digits_that_stay() -> None:
    found = made()
    digits = found.one("random:index/randomId:RandomId", "api-suffix")
    assert digits.inputs == {"byteLength": 4}
    assert found.one(FUNCTION).inputs["name"] == f"api-{digits.outputs['hex']}"


def test_the_rights_are_there_before_the_function() -> None:
    found = made()
    assert found.one("aws:iam/rolePolicy:RolePolicy").urn in found.one(FUNCTION).dependencies


def test_only_lambda_may_assume_the_role() -> None:
    role = made().one("aws:iam/role:Role")
    assert role.inputs["assumeRolePolicy"] == trust("lambda.amazonaws.com")


def test_the_role_may_write_its_log_group_and_nothing_else_by_itself() -> None:
    found = made()
    group = found.one(LOG_GROUP, "api-logs").outputs["arn"]
    document = json.loads(found.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])
    assert document["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [f"{group}:*"],
        }
    ]


def test_the_role_may_read_the_application_s_models_and_secrets() -> None:
    found = made(application=APPLICATION)
    group = found.one(LOG_GROUP, "api-logs").outputs["arn"]
    policy = found.one("aws:iam/rolePolicy:RolePolicy")
    secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret"
    assert json.loads(policy.inputs["policy"])["Statement"] == [
        log_statement(group),
        allow(["s3:GetObject"], ["arn:aws:s3:::models-1a2b3c4/models/*"]),
        allow(["secretsmanager:GetSecretValue"], [f"{secret}:keys", f"{secret}:users", f"{secret}:more"]),
    ]
    assert policy.inputs["role"] == found.one("aws:iam/role:Role").outputs["name"]
    assert found.one(FUNCTION).inputs["role"] == found.one("aws:iam/role:Role").outputs["arn"]
