"""The API leads every request to the alias, throttles, and writes a line for each."""

import json

import pytest

from components.api_gateway_lambda.http_api import ACCESS_LOG_FORMAT
from tests.infra.api_gateway_lambda import made

FUNCTION = "aws:lambda/function:Function"
STAGE = "aws:apigatewayv2/stage:Stage"
INTEGRATION = "aws:apigatewayv2/integration:Integration"


def test_it_is_an_http_api_whose_stage_adds_nothing_to_the_path() -> None:
    found = made()
    assert found.one("aws:apigatewayv2/api:Api").inputs["protocolType"] == "HTTP"
    stage = found.one(STAGE).inputs
    assert (stage["name"], stage["autoDeploy"]) == ("$default", True)


def test_every_request_reaches_the_alias() -> None:
    found = made()
    alias, integration = found.one("aws:lambda/alias:Alias"), found.one(INTEGRATION)
    assert integration.inputs["integrationType"] == "AWS_PROXY"
    assert integration.inputs["payloadFormatVersion"] == "2.0"
    assert integration.inputs["integrationUri"] == alias.outputs["invokeArn"]
    routes = found.of_type("aws:apigatewayv2/route:Route")
    assert {route.inputs["routeKey"] for route in routes} == {"$default", "POST /login"}
    assert {route.inputs["target"] for route in routes} == {f"integrations/{integration.id}"}


@pytest.mark.parametrize("seconds", [1, 28, 29])
def test_the_function_gives_up_before_the_gateway_does(seconds: int) -> None:
    timeout = made(timeout_seconds=seconds).one(INTEGRATION).inputs["timeoutMilliseconds"]
    assert seconds * 1000 < timeout <= 30000


def test_all_routes_are_throttled_and_login_by_itself() -> None:
    stage = made().one(STAGE).inputs
    assert stage["defaultRouteSettings"] == {"throttlingRateLimit": 50, "throttlingBurstLimit": 100}
    assert stage["routeSettings"] == [
        {"routeKey": "POST /login", "throttlingRateLimit": 5, "throttlingBurstLimit": 10}
    ]


def test_throttles_are_what_was_asked_for() -> None:
    stage = made(throttle_rate=7.5, throttle_burst=9, login_throttle_rate=1.5).one(STAGE).inputs
    assert stage["defaultRouteSettings"] == {"throttlingRateLimit": 7.5, "throttlingBurstLimit": 9}
    assert stage["routeSettings"] == [
        {"routeKey": "POST /login", "throttlingRateLimit": 1.5, "throttlingBurstLimit": 3}
    ]


def test_the_stage_waits_for_the_routes_that_it_has_settings_for() -> None:
    found = made()
    routes = {route.urn for route in found.of_type("aws:apigatewayv2/route:Route")}
    assert routes <= set(found.one(STAGE).dependencies)


def test_access_is_logged_as_json_to_a_group_of_its_own() -> None:
    found = made(log_retention_days=14)
    group = found.one("aws:cloudwatch/logGroup:LogGroup", "api-access-logs")
    assert group.inputs["retentionInDays"] == 14
    assert group.inputs["name"] == f"/aws/vendedlogs/{found.one(FUNCTION).inputs['name']}"
    settings = found.one(STAGE).inputs["accessLogSettings"]
    assert settings == {"destinationArn": group.outputs["arn"], "format": ACCESS_LOG_FORMAT}
    fields = json.loads(ACCESS_LOG_FORMAT)
    assert fields["request_id"] == "$context.requestId"
    assert fields["source_address"] == "$context.identity.sourceIp"
    assert all(value.startswith("$context.") for value in fields.values())


def test_no_header_or_query_is_logged() -> None:
    """Tokens stand in a header, old clients' inputs in the query."""
    assert "header" not in ACCESS_LOG_FORMAT.lower()
    assert "query" not in ACCESS_LOG_FORMAT.lower()


def test_the_api_may_call_the_alias_and_nothing_but_the_alias() -> None:
    found = made(warm_up_minutes=0)
    api = found.one("aws:apigatewayv2/api:Api")
    assert found.one("aws:lambda/permission:Permission").inputs == {
        "action": "lambda:InvokeFunction",
        "function": found.one("aws:lambda/function:Function").outputs["name"],
        "qualifier": "live",
        "principal": "apigateway.amazonaws.com",
        "sourceArn": f"{api.outputs['executionArn']}/*/*",
    }
