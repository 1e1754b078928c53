"""Pulumi components that serve scikit-learn models on ECS Fargate Spot and Lambda."""

from .api_gateway_lambda import ApiGatewayLambda, ApiGatewayLambdaArgs

# The one place of the version: the distribution and the plugin both read it here.
__version__ = "0.1.0"

__all__ = ["ApiGatewayLambda", "ApiGatewayLambdaArgs"]
