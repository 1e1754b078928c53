"""ECS: clusters, task definitions, services; and what scales a service."""

import json
from collections.abc import Mapping
from typing import Any

from .rules import Kind, Step


def _network(configuration: Mapping[str, Any]) -> dict[str, Any]:
    public = configuration.get("assignPublicIp")
    return {**configuration, "assignPublicIp": "ENABLED" if public else "DISABLED"}


KINDS = {
    "aws:ecs/cluster:Cluster": Kind(
        Step("ecs.create_cluster", {"name": "clusterName"}),
        found="cluster",
        id="clusterArn",
        outputs={"arn": "clusterArn"},
        named="name",
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": Kind(
        Step(
            "ecs.put_cluster_capacity_providers",
            {"clusterName": "cluster"},
            more=lambda made: (
                {}
                if "defaultCapacityProviderStrategies" in made.inputs
                else {"defaultCapacityProviderStrategy": []}
            ),
        ),
        id=lambda made: made.inputs["clusterName"],
    ),
    "aws:ecs/taskDefinition:TaskDefinition": Kind(
        Step("ecs.register_task_definition", convert={"containerDefinitions": json.loads}),
        found="taskDefinition",
        id="family",
        outputs={
            "arn": "taskDefinitionArn",
            "arnWithoutRevision": lambda made: made.found["taskDefinitionArn"].rpartition(":")[0],
            "revision": "revision",
        },
        unused={
            "skipDestroy": "nothing is destroyed here",
            "trackLatest": "tells Pulumi which revision to compare with",
        },
    ),
    "aws:ecs/service:Service": Kind(
        Step(
            "ecs.create_service",
            {
                "name": "serviceName",
                "networkConfiguration": "networkConfiguration.awsvpcConfiguration",
                "deploymentCircuitBreaker": "deploymentConfiguration.deploymentCircuitBreaker",
                "deploymentMaximumPercent": "deploymentConfiguration.maximumPercent",
                "deploymentMinimumHealthyPercent": "deploymentConfiguration.minimumHealthyPercent",
                "alarms": "deploymentConfiguration.alarms",
            },
            convert={"networkConfiguration": _network},
        ),
        found="service",
        id="serviceArn",
        outputs={"arn": "serviceArn"},
        unused={
            "waitForSteadyState": "the task here is a process, and `make local` waits for its answer itself",
            "forceNewDeployment": "there is one deployment here",
            "forceDelete": "nothing is destroyed here",
            "sigintRollback": "there is one deployment here",
        },
        named="name",
    ),
    "aws:appautoscaling/target:Target": Kind(
        Step("application-autoscaling.register_scalable_target"),
        id=lambda made: made.inputs["resourceId"],
        outputs={"arn": "ScalableTargetARN"},
        unused={"tags": "moto keeps no tags of scalable targets"},
    ),
    "aws:appautoscaling/policy:Policy": Kind(
        Step(
            "application-autoscaling.put_scaling_policy",
            {"name": "policyName"},
        ),
        id=lambda made: made.inputs["name"],
        outputs={"arn": "PolicyARN", "alarmArns": "Alarms[].AlarmARN"},
        named="name",
    ),
}
