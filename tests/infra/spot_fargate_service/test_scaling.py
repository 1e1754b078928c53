"""The number of tasks follows CPU and requests, between the least and the greatest number."""

from typing import Any

from local_cloud.recording import Graph
from tests.infra.spot_fargate_service.samples import EXISTING, PLAIN, service

TARGET, POLICY = "aws:appautoscaling/target:Target", "aws:appautoscaling/policy:Policy"
PLACE = {
    "serviceNamespace": "ecs",
    "scalableDimension": "ecs:service:DesiredCount",
    "resourceId": "service/api-cluster/api-service",
}


def tracking(graph: Graph, part: str) -> dict[str, Any]:
    inputs = graph.one(POLICY, f"api-scale-{part}").inputs
    assert inputs["policyType"] == "TargetTrackingScaling"
    assert {key: inputs[key] for key in PLACE} == PLACE
    found: dict[str, Any] = inputs["targetTrackingScalingPolicyConfiguration"]
    return found


def test_the_number_of_tasks_stays_within_its_bounds() -> None:
    inputs = service({**PLAIN, "min_tasks": 2, "max_tasks": 6}).one(TARGET).inputs
    assert {key: inputs[key] for key in PLACE} == PLACE
    assert (inputs["minCapacity"], inputs["maxCapacity"]) == (2, 6)


def test_cpu_is_kept_near_its_target() -> None:
    assert tracking(service({**PLAIN, "cpu_target_percent": 60}), "cpu") == {
        "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
        "targetValue": 60,
        "scaleOutCooldown": 60,
        "scaleInCooldown": 120,
    }


def test_requests_for_one_task_are_kept_near_their_target() -> None:
    assert tracking(service({**PLAIN, "requests_per_target": 500}), "requests") == {
        "predefinedMetricSpecification": {
            "predefinedMetricType": "ALBRequestCountPerTarget",
            "resourceLabel": "app/api-lb/50dc6c495c0c9188/targetgroup/api-tg/73e2d6bc24d8a067",
        },
        "targetValue": 500,
        "scaleOutCooldown": 60,
        "scaleInCooldown": 120,
    }


def test_requests_are_counted_at_an_existing_balancer_too() -> None:
    specification = tracking(service(EXISTING), "requests")["predefinedMetricSpecification"]
    assert specification["resourceLabel"] == "app/ours/1/targetgroup/api-tg/73e2d6bc24d8a067"


def test_the_defaults_are_one_to_two_tasks_at_seventy_percent_and_a_thousand_requests() -> None:
    graph = service(PLAIN)
    assert (graph.one(TARGET).inputs["minCapacity"], graph.one(TARGET).inputs["maxCapacity"]) == (1, 2)
    assert [tracking(graph, part)["targetValue"] for part in ("cpu", "requests")] == [70, 1000]
    assert service({**PLAIN, "min_tasks": 5}).one(TARGET).inputs["maxCapacity"] == 5
