"""The application on Lambda behind an HTTP API."""

from .args import ApiGatewayLambdaArgs
from .component import ApiGatewayLambda

__all__ = ["ApiGatewayLambda", "ApiGatewayLambdaArgs"]
