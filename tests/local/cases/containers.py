"""ECR, ECS and what scales a service."""

import json
from pathlib import Path
from typing import Any

from .case import POLICY, Case, World, case

LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 14,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)


def containers(folder: Path) -> list[Case]:
    """The image built of `folder`, and the service that runs it."""
    context = {"location": str(folder)}

    def repository(world: World) -> dict[str, Any]:
        return {"repositoryName": world["repository"]["id"]}

    def service(world: World) -> dict[str, Any]:
        return {"cluster": world["cluster"]["arn"], "services": [world["service"]["id"]]}

    def scaled(world: World) -> dict[str, Any]:
        return {
            "resourceId": f"service/{world['cluster']['name']}/{world['service']['name']}",
            "scalableDimension": "ecs:service:DesiredCount",
            "serviceNamespace": "ecs",
        }

    return [
        case(
            "aws:ecr/repository:Repository",
            "repository",
            {
                "imageTagMutability": "IMMUTABLE",
                "imageScanningConfiguration": {"scanOnPush": True},
                "encryptionConfigurations": [{"encryptionType": "AES256"}],
                "forceDelete": True,
            },
            "ecr.describe_repositories",
            lambda world: {"repositoryNames": [world["repository"]["id"]]},
            "repositories[0].[imageTagMutability, imageScanningConfiguration.scanOnPush, repositoryUri]",
            lambda world: ["IMMUTABLE", True, world["repository"]["repositoryUrl"]],
        ),
        case(
            "aws:ecr/lifecyclePolicy:LifecyclePolicy",
            "lifecycle",
            lambda world: {"repository": world["repository"]["id"], "policy": LIFECYCLE},
            *("ecr.get_lifecycle_policy", repository, "lifecyclePolicyText", LIFECYCLE),
        ),
        case(
            "aws:ecr/repositoryPolicy:RepositoryPolicy",
            "repository-policy",
            lambda world: {"repository": world["repository"]["id"], "policy": POLICY},
            *("ecr.get_repository_policy", repository, "policyText", POLICY),
        ),
        case(
            "docker-build:index:Image",
            "image",
            lambda world: {
                "context": context,
                "dockerfile": {"location": "Dockerfile"},
                "tags": [f"{world['repository']['repositoryUrl']}:one"],
                "platforms": ["linux/amd64"],
                "push": True,
            },
            "ecr.describe_images",
            repository,
            "imageDetails[].[imageDigest, imageTags]",
            lambda world: [[world["image"]["digest"], ["one"]]],
        ),
        case(
            "aws:ecs/cluster:Cluster",
            "cluster",
            {"settings": [{"name": "containerInsights", "value": "enabled"}], "tags": {"team": "a"}},
            "ecs.describe_clusters",
            lambda world: {"clusters": [world["cluster"]["arn"]], "include": ["SETTINGS"]},
            "clusters[0].settings[0].value",
            "enabled",
        ),
        case(
            "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
            "providers",
            lambda world: {
                "clusterName": world["cluster"]["name"],
                "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            },
            "ecs.describe_clusters",
            lambda world: {"clusters": [world["cluster"]["arn"]]},
            "clusters[0].capacityProviders",
            ["FARGATE", "FARGATE_SPOT"],
        ),
        case(
            "aws:ecs/taskDefinition:TaskDefinition",
            "task",
            lambda world: {
                "family": "task",
                "cpu": "256",
                "memory": "512",
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "executionRoleArn": world["role"]["arn"],
                "taskRoleArn": world["role"]["arn"],
                "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
                "volumes": [{"name": "tmp"}],
                "skipDestroy": True,
                "containerDefinitions": json.dumps(
                    [
                        {
                            "name": "app",
                            "image": "i",
                            "environment": [{"name": "A", "value": "b"}],
                            "portMappings": [{"containerPort": 8080}],
                        }
                    ]
                ),
            },
            "ecs.describe_task_definition",
            lambda world: {"taskDefinition": world["task"]["arn"]},
            "taskDefinition.[cpu, revision, containerDefinitions[0].environment, taskRoleArn]",
            lambda world: [
                *("256", world["task"]["revision"], [{"name": "A", "value": "b"}], world["role"]["arn"])
            ],
        ),
        case(
            "aws:ecs/service:Service",
            "service",
            lambda world: {
                "cluster": world["cluster"]["arn"],
                "taskDefinition": world["task"]["arn"],
                "desiredCount": 2.0,
                "capacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1.0}],
                "networkConfiguration": {
                    "subnets": world["net"]["privateSubnetIds"],
                    "securityGroups": [world["group"]["id"]],
                    "assignPublicIp": False,
                },
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                "deploymentMinimumHealthyPercent": 100.0,
                "loadBalancers": [
                    {"targetGroupArn": world["tg"]["arn"], "containerName": "app", "containerPort": 8080.0}
                ],
                "waitForSteadyState": True,
            },
            "ecs.describe_services",
            service,
            "services[0].[desiredCount, loadBalancers[0].containerPort, "
            "networkConfiguration.awsvpcConfiguration.assignPublicIp, serviceArn]",
            lambda world: [2, 8080, "DISABLED", world["service"]["arn"]],
        ),
        case(
            "aws:appautoscaling/target:Target",
            "target",
            lambda world: {**scaled(world), "minCapacity": 1.0, "maxCapacity": 2.0},
            "application-autoscaling.describe_scalable_targets",
            lambda world: {"ServiceNamespace": "ecs", "ResourceIds": [world["target"]["id"]]},
            "ScalableTargets[0].[MinCapacity, MaxCapacity]",
            [1, 2],
        ),
        case(
            "aws:appautoscaling/policy:Policy",
            "scaling",
            lambda world: {
                **scaled(world),
                "policyType": "TargetTrackingScaling",
                "targetTrackingScalingPolicyConfiguration": {
                    "targetValue": 70.0,
                    "predefinedMetricSpecification": {
                        "predefinedMetricType": "ECSServiceAverageCPUUtilization"
                    },
                },
            },
            "application-autoscaling.describe_scaling_policies",
            lambda world: {"ServiceNamespace": "ecs", "ResourceId": world["target"]["id"]},
            "ScalingPolicies[0].[PolicyARN, TargetTrackingScalingPolicyConfiguration.TargetValue]",
            lambda world: [world["scaling"]["arn"], 70.0],
        ),
    ]
