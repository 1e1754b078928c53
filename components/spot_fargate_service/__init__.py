"""SpotFargateService: the application on ECS Fargate, mostly on Spot, behind an application load balancer."""

from .args import SpotFargateServiceArgs
from .component import SpotFargateService

__all__ = ["SpotFargateService", "SpotFargateServiceArgs"]
