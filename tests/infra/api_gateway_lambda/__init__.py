"""One file a file of components/api_gateway_lambda."""

from collections.abc import Mapping
from typing import Any

from components import ApiGatewayLambda
from local_cloud.recording import Graph
from tests.support.fake_aws import graph_of, refusal

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app@sha256:0123"


def made(**args: Any) -> Graph:
    """What an ApiGatewayLambda 'api' with these arguments registers."""
    return graph_of(lambda: ApiGatewayLambda("api", given(args)))


def refused(**args: Any) -> str:
    """What it says to these arguments."""
    return refusal(lambda: ApiGatewayLambda("api", given(args)))


def given(args: Mapping[str, Any]) -> Any:
    """The arguments, with an image where they name none."""
    return {"image_uri": IMAGE, **args}
