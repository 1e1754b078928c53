"""Lambda, API Gateway and EventBridge."""

from typing import Any

from .case import Case, World, case


def functions() -> list[Case]:
    """A function, the API before it and the schedule that calls it."""

    def api(world: World) -> dict[str, Any]:
        return {"ApiId": world["api"]["id"]}

    def function(world: World) -> dict[str, Any]:
        return {"FunctionName": world["function"]["name"]}

    return [
        case(
            "aws:lambda/function:Function",
            "function",
            lambda world: {
                "packageType": "Image",
                "imageUri": f"{world['repository']['repositoryUrl']}@{world['image']['digest']}",
                "role": world["role"]["arn"],
                "memorySize": 1024.0,
                "timeout": 28.0,
                "architectures": ["x86_64"],
                "environment": {"variables": {"A": "b"}},
                "loggingConfig": {"logFormat": "Text", "logGroup": "/a/logs"},
                "reservedConcurrentExecutions": 5.0,
                "publish": True,
            },
            "lambda.get_function",
            function,
            "[Configuration.[MemorySize, Timeout, Environment.Variables.A], "
            "Concurrency.ReservedConcurrentExecutions]",
            [[1024, 28, "b"], 5],
        ),
        case(
            "aws:lambda/alias:Alias",
            "alias",
            lambda world: {
                "name": "live",
                "functionName": world["function"]["name"],
                "functionVersion": world["function"]["version"],
            },
            "lambda.get_alias",
            lambda world: {**function(world), "Name": "live"},
            "[FunctionVersion, AliasArn]",
            lambda world: ["1", world["alias"]["arn"]],
        ),
        case(
            "aws:lambda/permission:Permission",
            "permission",
            lambda world: {
                "action": "lambda:InvokeFunction",
                "function": world["function"]["name"],
                "qualifier": "live",
                "principal": "apigateway.amazonaws.com",
                "sourceArn": "arn:aws:execute-api:eu-central-1:123456789012:x/*/*",
            },
            "lambda.get_policy",
            lambda world: {**function(world), "Qualifier": "live"},
            "contains(Policy, 'apigateway.amazonaws.com')",
            True,
        ),
        case(
            "aws:apigatewayv2/api:Api",
            "api",
            {"protocolType": "HTTP", "tags": {"team": "a"}},
            "apigatewayv2.get_api",
            api,
            "[ProtocolType, ApiEndpoint, Tags.team]",
            lambda world: ["HTTP", world["api"]["apiEndpoint"], "a"],
        ),
        case(
            "aws:apigatewayv2/integration:Integration",
            "integration",
            lambda world: {
                "apiId": world["api"]["id"],
                "integrationType": "AWS_PROXY",
                "integrationMethod": "POST",
                "integrationUri": world["alias"]["invokeArn"],
                "payloadFormatVersion": "2.0",
                "timeoutMilliseconds": 29000.0,
            },
            "apigatewayv2.get_integration",
            lambda world: {**api(world), "IntegrationId": world["integration"]["id"]},
            "[PayloadFormatVersion, TimeoutInMillis]",
            ["2.0", 29000],
        ),
        case(
            "aws:apigatewayv2/route:Route",
            "route",
            lambda world: {
                "apiId": world["api"]["id"],
                "routeKey": "$default",
                "target": f"integrations/{world['integration']['id']}",
            },
            "apigatewayv2.get_route",
            lambda world: {**api(world), "RouteId": world["route"]["id"]},
            "RouteKey",
            "$default",
        ),
        case(
            "aws:apigatewayv2/stage:Stage",
            "stage",
            lambda world: {
                "apiId": world["api"]["id"],
                "name": "$default",
                "autoDeploy": True,
                "defaultRouteSettings": {"throttlingRateLimit": 50.0, "throttlingBurstLimit": 100.0},
                "routeSettings": [{"routeKey": "POST /login", "throttlingRateLimit": 5.0}],
                "accessLogSettings": {"destinationArn": world["logs"]["arn"], "format": "{}"},
            },
            "apigatewayv2.get_stage",
            lambda world: {**api(world), "StageName": "$default"},
            '[DefaultRouteSettings.ThrottlingBurstLimit, RouteSettings."POST /login".ThrottlingRateLimit]',
            [100, 5.0],
        ),
        case(
            "aws:cloudwatch/eventRule:EventRule",
            "every-minute",
            {"scheduleExpression": "rate(1 minute)"},
            "events.describe_rule",
            lambda world: {"Name": world["every-minute"]["id"]},
            "[ScheduleExpression, Arn]",
            lambda world: ["rate(1 minute)", world["every-minute"]["arn"]],
        ),
        case(
            "aws:cloudwatch/eventTarget:EventTarget",
            "event-target",
            lambda world: {"rule": world["every-minute"]["id"], "arn": world["alias"]["arn"]},
            "events.list_targets_by_rule",
            lambda world: {"Rule": world["every-minute"]["id"]},
            "Targets[].Arn",
            lambda world: [world["alias"]["arn"]],
        ),
    ]
