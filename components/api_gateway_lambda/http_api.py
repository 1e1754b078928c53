"""The HTTP API before the function: every route goes there, `POST /login` is throttled by itself."""

import json

import pulumi
import pulumi_aws as aws

from ..base.children import Children
from .args import Settings
from .function import FunctionBehindAlias

# The stage whose name does not become a part of the path; any other would be seen by the application.
STAGE = "$default"
EVERYTHING = "$default"
LOGIN = "POST /login"

# docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
ACCESS_LOG_FORMAT = json.dumps(
    {
        "request_id": "$context.requestId",
        "time": "$context.requestTime",
        "source_address": "$context.identity.sourceIp",
        "method": "$context.httpMethod",
        "path": "$context.path",
        "route": "$context.routeKey",
        "status": "$context.status",
        "response_bytes": "$context.responseLength",
        "milliseconds": "$context.responseLatency",
        "function_milliseconds": "$context.integrationLatency",
        "function_error": "$context.integrationErrorMessage",
        "error": "$context.error.message",
    }
)


class HttpApi:
    """The API, its routes and its stage; `url` is known once it answers."""

    def __init__(self, children: Children, settings: Settings, served: FunctionBehindAlias) -> None:
        name, tags = children.name, children.tags
        self.api = aws.apigatewayv2.Api(
            f"{name}-api", protocol_type="HTTP", tags=tags, opts=children.options()
        )
        integration = aws.apigatewayv2.Integration(
            f"{name}-integration",
            api_id=self.api.id,
            integration_type="AWS_PROXY",
            integration_method="POST",
            integration_uri=served.alias.invoke_arn,
            payload_format_version="2.0",
            # The function must be the one that gives up: its time-out is logged and counted as its error.
            timeout_milliseconds=(settings.timeout_seconds + 1) * 1000,
            opts=children.options(),
        )
        routes = [
            aws.apigatewayv2.Route(
                f"{name}-{suffix}",
                api_id=self.api.id,
                route_key=key,
                target=integration.id.apply("integrations/{}".format),
                opts=children.options(),
            )
            for suffix, key in (("route", EVERYTHING), ("login-route", LOGIN))
        ]
        # The prefix keeps the group out of the account's one resource policy for log delivery, which is full
        # at 5,120 characters ("Enable logging from AWS services", CloudWatch Logs).
        access_logs = aws.cloudwatch.LogGroup(
            f"{name}-access-logs",
            name=served.name.apply("/aws/vendedlogs/{}".format),
            retention_in_days=settings.log_retention_days,
            tags=tags,
            opts=children.options(),
        )
        self.stage = aws.apigatewayv2.Stage(
            f"{name}-stage",
            api_id=self.api.id,
            name=STAGE,
            auto_deploy=True,
            access_log_settings={"destination_arn": access_logs.arn, "format": ACCESS_LOG_FORMAT},
            default_route_settings={
                "throttling_rate_limit": settings.throttle_rate,
                "throttling_burst_limit": settings.throttle_burst,
            },
            route_settings=[
                {
                    "route_key": LOGIN,
                    "throttling_rate_limit": settings.login_throttle_rate,
                    "throttling_burst_limit": settings.login_throttle_burst,
                }
            ],
            tags=tags,
            # A stage cannot have settings for a route that is not there yet.
            opts=children.options(depends_on=routes),
        )
        permission = aws.lambda_.Permission(
            f"{name}-api-permission",
            action="lambda:InvokeFunction",
            function=served.alias.function_name,
            qualifier=served.alias.name,
            principal="apigateway.amazonaws.com",
            source_arn=self.api.execution_arn.apply("{}/*/*".format),
            opts=children.options(),
        )
        self.url: pulumi.Output[str] = pulumi.Output.all(
            self.api.api_endpoint, self.stage.id, permission.id
        ).apply(lambda made: made[0].rstrip("/"))
