"""Where tasks run: the sizes that Fargate offers, the shares of on-demand and Spot, and the cluster."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..base.arguments import Arguments
from ..base.children import Children

ON_DEMAND, SPOT = "FARGATE", "FARGATE_SPOT"
# CPU units → MiB of memory; docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
SIZES: Mapping[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}
# CreateService, CapacityProviderStrategyItem
MAX_WEIGHT, MAX_BASE = 1000, 100000


@dataclass(frozen=True)
class Capacity:
    """How many tasks, how large, and on which capacity; the checked numbers of one service."""

    cpu: int
    memory: int
    min_tasks: int
    max_tasks: int
    on_demand_base: int
    on_demand_weight: int
    spot_weight: int

    @property
    def strategies(self) -> list[aws.ecs.ServiceCapacityProviderStrategyArgsDict]:
        """The base runs on demand, the rest by weight; when Spot runs dry, ECS moves nothing to on-demand."""
        found: list[aws.ecs.ServiceCapacityProviderStrategyArgsDict] = []
        if self.on_demand_base or self.on_demand_weight:
            found.append(
                {
                    "capacity_provider": ON_DEMAND,
                    "base": self.on_demand_base,
                    "weight": self.on_demand_weight,
                }
            )
        if self.spot_weight:
            found.append({"capacity_provider": SPOT, "base": 0, "weight": self.spot_weight})
        return found


def read_capacity(arguments: Arguments) -> Capacity:
    """The numbers, each in its range and all of them together; problems go to `arguments`."""
    cpu = arguments.whole("cpu", 256, choices=SIZES)
    memory = arguments.whole("memory", 512, minimum=512, maximum=122880)
    if memory not in SIZES[cpu]:
        offered = ", ".join(str(size) for size in SIZES[cpu])
        arguments.problem(f"memory {memory} does not go with cpu {cpu}; Fargate offers {offered} MiB there")
    min_tasks = arguments.whole("min_tasks", 1, minimum=1)
    max_tasks = arguments.whole("max_tasks", max(2, min_tasks), minimum=1)
    if max_tasks < min_tasks:
        arguments.problem(f"max_tasks {max_tasks} is less than min_tasks {min_tasks}")
    base = arguments.whole("on_demand_base", 0, minimum=0, maximum=MAX_BASE)
    if base > min_tasks:
        arguments.problem(
            f"on_demand_base {base} is more than min_tasks {min_tasks}: it would never be reached"
        )
    on_demand = arguments.whole("on_demand_weight", 0, minimum=0, maximum=MAX_WEIGHT)
    spot = arguments.whole("spot_weight", 1, minimum=0, maximum=MAX_WEIGHT)
    if not on_demand and not spot:
        arguments.problem("on_demand_weight and spot_weight are both 0; one of them must be 1 or more")
    return Capacity(cpu, memory, min_tasks, max_tasks, base, on_demand, spot)


@dataclass(frozen=True)
class Cluster:
    """The cluster of a service; `ready` is what must be there before a service can name its capacity."""

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    ready: list[pulumi.Resource]


def make_cluster(children: Children) -> Cluster:
    """A cluster that offers on-demand and Spot capacity."""
    cluster = aws.ecs.Cluster(f"{children.name}-cluster", tags=children.tags, opts=children.options())
    providers = aws.ecs.ClusterCapacityProviders(
        f"{children.name}-capacity",
        cluster_name=cluster.name,
        capacity_providers=[ON_DEMAND, SPOT],
        opts=children.options(),
    )
    return Cluster(cluster.arn, cluster.name, [providers])


def existing_cluster(arn: pulumi.Input[str]) -> Cluster:
    """A cluster that exists; which capacity it offers is its owner's business."""
    known = pulumi.Output.from_input(arn)
    return Cluster(known, known.apply(lambda text: text.split("/")[-1]), [])
