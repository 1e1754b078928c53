"""Lambda, the HTTP APIs before it, and the rules of EventBridge that call it."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from .rules import Kind, Made, Step


def invoke_arn(made: Made) -> str:
    """How API Gateway names a function or an alias of one."""
    arn = made.found.get("AliasArn") or made.found["FunctionArn"]
    return f"arn:aws:apigateway:{made.aws.region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def _api(made: Made, kind: str) -> str:
    if kind == "arn":
        return f"arn:aws:apigateway:{made.aws.region}::/apis/{made.found['ApiId']}"
    return f"arn:aws:execute-api:{made.aws.region}:{made.aws.account}:{made.found['ApiId']}"


def _stage(made: Made, kind: str) -> str:
    api_id, name = made.inputs["apiId"], made.inputs["name"]
    if kind == "arn":
        return f"arn:aws:apigateway:{made.aws.region}::/apis/{api_id}/stages/{name}"
    if kind == "executionArn":
        return f"arn:aws:execute-api:{made.aws.region}:{made.aws.account}:{api_id}/{name}"
    return (
        f"https://{api_id}.execute-api.{made.aws.region}.amazonaws.com/{'' if name == '$default' else name}"
    )


def _route_settings(settings: list[Mapping[str, Any]]) -> dict[str, Any]:
    """A list with the route's key in each as the API's map by that key."""
    return {
        one["routeKey"]: {key: value for key, value in one.items() if key != "routeKey"} for one in settings
    }


def _statement(made: Made) -> dict[str, Any]:
    return {"StatementId": made.inputs.get("statementId", f"pulumi-{secrets.token_hex(8)}")}


def _target(made: Made) -> dict[str, Any]:
    given = made.inputs
    target = {"Id": given.get("targetId", f"pulumi-{secrets.token_hex(8)}"), "Arn": given["arn"]}
    return {"Targets": [{**target, **({"Input": given["input"]} if "input" in given else {})}]}


_API_GATEWAY = {
    "aws:apigatewayv2/api:Api": Kind(
        Step("apigatewayv2.create_api"),
        id="ApiId",
        outputs={
            "apiEndpoint": "ApiEndpoint",
            "arn": lambda made: _api(made, "arn"),
            "executionArn": lambda made: _api(made, "executionArn"),
        },
        named="name",
        longest=128,
    ),
    "aws:apigatewayv2/integration:Integration": Kind(
        Step("apigatewayv2.create_integration", {"timeoutMilliseconds": "TimeoutInMillis"}),
        id="IntegrationId",
    ),
    "aws:apigatewayv2/route:Route": Kind(Step("apigatewayv2.create_route"), id="RouteId"),
    "aws:apigatewayv2/stage:Stage": Kind(
        Step("apigatewayv2.create_stage", {"name": "StageName"}, convert={"routeSettings": _route_settings}),
        id="StageName",
        outputs={
            "arn": lambda made: _stage(made, "arn"),
            "executionArn": lambda made: _stage(made, "executionArn"),
            "invokeUrl": lambda made: _stage(made, "invokeUrl"),
        },
        named="name",
    ),
}

_LAMBDA = {
    "aws:lambda/function:Function": Kind(
        Step("lambda.create_function", {"name": "FunctionName", "imageUri": "Code.ImageUri"}),
        id="FunctionName",
        outputs={
            "arn": "FunctionArn",
            "invokeArn": invoke_arn,
            "version": "Version",
            "qualifiedArn": lambda made: f"{made.found['FunctionArn']}:{made.found['Version']}",
        },
        then=[
            Step(
                "lambda.put_function_concurrency",
                {"reservedConcurrentExecutions": "ReservedConcurrentExecutions"},
                more=lambda made: {"FunctionName": made.id},
            )
        ],
        unused={"skipDestroy": "nothing is destroyed here"},
        named="name",
        longest=64,
    ),
    "aws:lambda/alias:Alias": Kind(
        Step("lambda.create_alias"),
        id="AliasArn",
        outputs={"arn": "AliasArn", "invokeArn": invoke_arn},
        named="name",
    ),
    "aws:lambda/permission:Permission": Kind(
        Step("lambda.add_permission", {"function": "FunctionName", "statementId": ""}, more=_statement),
        id=lambda made: json.loads(made.found["Statement"])["Sid"],
    ),
}

_EVENTS = {
    "aws:cloudwatch/eventRule:EventRule": Kind(
        Step("events.put_rule"),
        id=lambda made: made.inputs["name"],
        outputs={"arn": "RuleArn"},
        unused={"forceDestroy": "nothing is destroyed here"},
        named="name",
        longest=64,
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Kind(
        Step("events.put_targets", {"targetId": "", "arn": "", "input": ""}, more=_target),
        id=lambda made: f"{made.inputs['rule']}-{made.inputs.get('targetId', 'target')}",
    ),
}

KINDS = {**_API_GATEWAY, **_LAMBDA, **_EVENTS}
