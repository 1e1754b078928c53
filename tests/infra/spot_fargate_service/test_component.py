"""The service itself: what it waits for, how it is released, and who decides its size."""

from typing import Any

from local_cloud.recording import Graph, Resource
from tests.infra.spot_fargate_service.samples import PLAIN, SECRET, service


def ecs_service(graph: Graph) -> Resource:
    return graph.one("aws:ecs/service:Service")


def test_a_deployment_that_fails_is_rolled_back() -> None:
    inputs = ecs_service(service(PLAIN)).inputs
    assert inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert (inputs["deploymentMinimumHealthyPercent"], inputs["deploymentMaximumPercent"]) == (100, 200)
    assert inputs["waitForSteadyState"] is True
    assert "sigintRollback" not in inputs


def test_autoscaling_decides_the_number_of_tasks_once_they_run() -> None:
    found = ecs_service(service({**PLAIN, "min_tasks": 3}))
    assert (found.inputs["desiredCount"], found.ignore_changes) == (3, ["desiredCount"])


def test_another_share_of_spot_is_a_deployment_and_no_replacement() -> None:
    assert ecs_service(service(PLAIN)).inputs["forceNewDeployment"] is True


def test_no_health_check_counts_while_the_models_load() -> None:
    assert ecs_service(service(PLAIN)).inputs["healthCheckGracePeriodSeconds"] == 60


def test_no_task_starts_before_it_can_be_reached_and_has_its_rights() -> None:
    application: Any = {"users_arn": f"{SECRET}users"}
    graph = service({**PLAIN, "application": application})
    wanted = [
        graph.one("aws:lb/listenerRule:ListenerRule"),
        graph.one("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"),
        graph.one("aws:iam/rolePolicy:RolePolicy", "api-execution-policy"),
        graph.one("aws:iam/rolePolicy:RolePolicy", "api-task-policy"),
    ]
    dependencies = set(ecs_service(graph).dependencies)
    assert [resource.name for resource in wanted if resource.urn not in dependencies] == []


def test_the_service_runs_the_definition_of_this_run() -> None:
    graph = service(PLAIN)
    definition = graph.one("aws:ecs/taskDefinition:TaskDefinition")
    assert ecs_service(graph).inputs["taskDefinition"] == definition.outputs["arn"]


def test_names_for_the_metrics_are_those_of_the_resources() -> None:
    exports = service(PLAIN).exports
    assert (exports["cluster_name"], exports["service_name"]) == ("api-cluster", "api-service")
