"""How many tasks: as many as keep CPU and requests for one task near their targets."""

import pulumi
import pulumi_aws as aws

from ..base.children import Children
from .args import Settings

# Up within a minute, down only after two: a task that comes back from Spot must not be missed at once.
SCALE_OUT_SECONDS, SCALE_IN_SECONDS = 60, 120


def make_scaling(
    children: Children,
    settings: Settings,
    cluster_name: pulumi.Output[str],
    service_name: pulumi.Output[str],
    request_label: pulumi.Output[str],
) -> None:
    """Two target-tracking policies; the one that wants more tasks wins."""
    target = aws.appautoscaling.Target(
        f"{children.name}-scaling",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.format("service/{0}/{1}", cluster_name, service_name),
        min_capacity=settings.capacity.min_tasks,
        max_capacity=settings.capacity.max_tasks,
        tags=children.tags,
        opts=children.options(),
    )
    _track(children, target, "cpu", settings.cpu_target_percent, "ECSServiceAverageCPUUtilization")
    _track(
        children,
        target,
        "requests",
        settings.requests_per_target,
        "ALBRequestCountPerTarget",
        request_label,
    )


def _track(
    children: Children,
    target: aws.appautoscaling.Target,
    part: str,
    value: int,
    metric: str,
    label: pulumi.Output[str] | None = None,
) -> None:
    predefined: (
        aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgsDict
    )
    predefined = {"predefined_metric_type": metric}
    if label is not None:
        predefined["resource_label"] = label
    aws.appautoscaling.Policy(
        f"{children.name}-scale-{part}",
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        target_tracking_scaling_policy_configuration={
            "predefined_metric_specification": predefined,
            "target_value": value,
            "scale_out_cooldown": SCALE_OUT_SECONDS,
            "scale_in_cooldown": SCALE_IN_SECONDS,
        },
        opts=children.options(),
    )
