"""Sizes that Fargate offers, the shares of Spot and on-demand, and the cluster."""

from typing import Any

import pytest

from components.spot_fargate_service.capacity import SIZES
from tests.infra.spot_fargate_service.samples import PLAIN, refused, service

PROVIDERS = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"


def strategies(**args: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        service({**PLAIN, **args}).one("aws:ecs/service:Service").inputs["capacityProviderStrategies"]
    )
    return found


def test_the_sizes_are_those_of_fargate() -> None:
    """docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html: GiB by CPU units."""
    gib = {cpu: [memory / 1024 for memory in sizes] for cpu, sizes in SIZES.items()}
    assert gib == {
        256: [0.5, 1, 2],
        512: [1, 2, 3, 4],
        1024: [2, 3, 4, 5, 6, 7, 8],
        2048: list(range(4, 17)),
        4096: list(range(8, 31)),
        8192: list(range(16, 61, 4)),
        16384: list(range(32, 121, 8)),
    }


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"cpu": 300}, "cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384; got 300"),
        ({"memory": 64}, "memory must be a whole number from 512 to 122880; got 64"),
        (
            {"cpu": 256, "memory": 4096},
            "memory 4096 does not go with cpu 256; Fargate offers 512, 1024, 2048 MiB there",
        ),
        ({"min_tasks": 3, "max_tasks": 2}, "max_tasks 2 is less than min_tasks 3"),
        ({"min_tasks": 0}, "min_tasks must be a whole number of at least 1; got 0"),
        (
            {"on_demand_base": 2},
            "on_demand_base 2 is more than min_tasks 1: it would never be reached",
        ),
        (
            {"spot_weight": 0},
            "on_demand_weight and spot_weight are both 0; one of them must be 1 or more",
        ),
        ({"spot_weight": 1001}, "spot_weight must be a whole number from 0 to 1000; got 1001"),
    ],
)
def test_numbers_that_ecs_would_refuse_or_never_reach_are_refused(args: dict[str, Any], problem: str) -> None:
    assert problem in refused({**PLAIN, **args})


def test_everything_runs_on_spot_by_default() -> None:
    assert strategies() == [{"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 1}]


def test_production_keeps_a_base_on_demand() -> None:
    assert strategies(min_tasks=2, on_demand_base=1, on_demand_weight=1, spot_weight=4) == [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 4},
    ]


def test_a_base_alone_gives_on_demand_no_further_share() -> None:
    assert strategies(min_tasks=2, on_demand_base=1)[0] == {
        "capacityProvider": "FARGATE",
        "base": 1,
        "weight": 0,
    }


def test_without_spot_everything_runs_on_demand() -> None:
    assert strategies(on_demand_weight=1, spot_weight=0) == [
        {"capacityProvider": "FARGATE", "base": 0, "weight": 1}
    ]


def test_the_cluster_offers_both_before_the_service_asks() -> None:
    graph = service(PLAIN)
    providers = graph.one(PROVIDERS)
    assert providers.inputs == {
        "clusterName": "api-cluster",
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
    }
    found = graph.one("aws:ecs/service:Service")
    assert providers.urn in found.dependencies
    assert found.inputs["cluster"] == "arn:aws:ecs:eu-central-1:123456789012:cluster/api-cluster"
    assert "launchType" not in found.inputs


def test_an_existing_cluster_is_used_and_left_alone() -> None:
    arn = "arn:aws:ecs:eu-central-1:123456789012:cluster/ours"
    graph = service({**PLAIN, "existing_cluster_arn": arn})
    assert graph.of_type("aws:ecs/cluster:Cluster", PROVIDERS) == []
    assert graph.one("aws:ecs/service:Service").inputs["cluster"] == arn
    assert graph.exports["cluster_name"] == "ours"
