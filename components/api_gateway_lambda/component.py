"""ApiGatewayLambda: the application as a Lambda function behind an HTTP API, paid by the request."""

import pulumi

from ..base.children import Children, outputs_of, token
from .args import ApiGatewayLambdaArgs, read
from .function import FunctionBehindAlias
from .http_api import HttpApi
from .warm_up import keep_warm


class ApiGatewayLambda(pulumi.ComponentResource):
    """The application as a Lambda function behind an HTTP API: throttled, logged, kept warm."""

    url: pulumi.Output[str]
    """Address of the service, https and without a slash at the end."""
    function_name: pulumi.Output[str]
    """Name of the function."""
    function_arn: pulumi.Output[str]
    """ARN of the function, without a version."""
    alias_name: pulumi.Output[str]
    """Alias that the API calls: live."""
    api_id: pulumi.Output[str]
    """Id of the HTTP API, the dimension ApiId of its metrics."""
    stage_name: pulumi.Output[str]
    """Name of the API's stage, the dimension Stage of its metrics: $default."""
    log_group_name: pulumi.Output[str]
    """Log group of the function."""
    role_arn: pulumi.Output[str]
    """Role that the application runs with."""

    def __init__(
        self, name: str, args: ApiGatewayLambdaArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        settings = read(name, args)
        super().__init__(token("ApiGatewayLambda"), name, {}, opts)
        children = Children(self, name, settings.tags)

        served = FunctionBehindAlias(children, settings)
        http = HttpApi(children, settings, served)
        if settings.warm_up_minutes:
            keep_warm(children, settings.warm_up_minutes, served.alias)

        self.url = http.url
        self.function_name = served.function.name
        self.function_arn = served.function.arn
        self.alias_name = served.alias.name
        self.api_id = http.api.id
        self.stage_name = http.stage.name
        self.log_group_name = served.log_group.name
        self.role_arn = served.role.arn
        self.register_outputs(outputs_of(self))
