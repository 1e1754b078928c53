"""Pulumi components that serve scikit-learn models on ECS Fargate Spot and Lambda."""

from .api_credentials import ApiCredentials, ApiCredentialsArgs
from .api_gateway_lambda import ApiGatewayLambda, ApiGatewayLambdaArgs
from .base.application import ApplicationArgs, ModelRelease
from .inference_image import InferenceImage, InferenceImageArgs
from .model_bucket import ModelBucket, ModelBucketArgs
from .monitoring import FunctionToWatch, Monitoring, MonitoringArgs, ServiceToWatch
from .network import Network, NetworkArgs
from .spot_fargate_service import SpotFargateService, SpotFargateServiceArgs

# The one place of the version: the distribution and the plugin both read it here.
__version__ = "0.1.0"

__all__ = [
    "ApiCredentials",
    "ApiCredentialsArgs",
    "ApiGatewayLambda",
    "ApiGatewayLambdaArgs",
    "ApplicationArgs",
    "FunctionToWatch",
    "InferenceImage",
    "InferenceImageArgs",
    "ModelBucket",
    "ModelBucketArgs",
    "ModelRelease",
    "Monitoring",
    "MonitoringArgs",
    "Network",
    "NetworkArgs",
    "ServiceToWatch",
    "SpotFargateService",
    "SpotFargateServiceArgs",
]
