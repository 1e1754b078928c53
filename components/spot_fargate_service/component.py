"""SpotFargateService: read its constructor for the architecture, its neighbours for the parts."""

import pulumi
import pulumi_aws as aws

from ..base.children import Children, outputs_of, token
from .args import Settings, SpotFargateServiceArgs
from .capacity import Cluster, existing_cluster, make_cluster
from .firewall import APP_PORT, Firewall, make_firewall
from .load_balancer import FrontDoor, make_front_door
from .scaling import make_scaling
from .task import CONTAINER, Task, make_task

# As long as a small task needs to import scikit-learn and load its models; until then no health check counts.
GRACE_SECONDS = 60


class SpotFargateService(pulumi.ComponentResource):
    """A service on ECS Fargate: tasks in private subnets, on Spot but for a base, behind a balancer.

    A deployment that does not become healthy is rolled back; the number of tasks follows CPU and requests.
    """

    url: pulumi.Output[str]
    """Where the service answers: https://<domain_name>, http://<balancer> or existing_url."""
    cluster_name: pulumi.Output[str]
    """Name of the cluster."""
    service_name: pulumi.Output[str]
    """Name of the ECS service."""
    load_balancer_arn_suffix: pulumi.Output[str]
    """End of the balancer's ARN, app/<name>/<id>, as its metrics name it."""
    target_group_arn_suffixes: pulumi.Output[list[str]]
    """Ends of the target groups' ARNs, targetgroup/<name>/<id>, as their metrics name them."""
    listener_arn: pulumi.Output[str]
    """ARN of the listener that serves: 443 with a certificate, 80 without, or the existing one."""
    security_group_id: pulumi.Output[str]
    """Security group of the tasks; add rules to it for what else an image must reach."""
    task_role_arn: pulumi.Output[str]
    """Role with which the application calls AWS."""
    log_group_name: pulumi.Output[str]
    """Log group of the tasks."""

    def __init__(
        self, name: str, args: SpotFargateServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        settings = Settings(name, args)
        super().__init__(token("SpotFargateService"), name, {}, opts)
        children = Children(self, name, settings.tags)

        firewall = make_firewall(children, settings)
        door = make_front_door(children, settings, firewall)
        if settings.existing_cluster_arn is None:
            cluster = make_cluster(children)
        else:
            cluster = existing_cluster(settings.existing_cluster_arn)
        task = make_task(children, settings)
        service = _make_service(children, settings, cluster, task, firewall, door)
        label = pulumi.Output.format("{0}/{1}", door.load_balancer_arn_suffix, door.target_group.arn_suffix)
        make_scaling(children, settings, cluster.name, service.name, label)

        self.url = door.url
        self.cluster_name = cluster.name
        self.service_name = service.name
        self.load_balancer_arn_suffix = door.load_balancer_arn_suffix
        self.target_group_arn_suffixes = pulumi.Output.all(door.target_group.arn_suffix)
        self.listener_arn = door.listener_arn
        self.security_group_id = firewall.tasks
        self.task_role_arn = task.role_arn
        self.log_group_name = task.log_group_name
        self.register_outputs(outputs_of(self))


def _make_service(
    children: Children,
    settings: Settings,
    cluster: Cluster,
    task: Task,
    firewall: Firewall,
    door: FrontDoor,
) -> aws.ecs.Service:
    return aws.ecs.Service(
        f"{children.name}-service",
        cluster=cluster.arn,
        task_definition=task.definition_arn,
        # Created with the least number; from then on autoscaling decides.
        desired_count=settings.capacity.min_tasks,
        capacity_provider_strategies=settings.capacity.strategies,
        # Without it another share of Spot would replace the service; with it, it is one more deployment.
        force_new_deployment=True,
        network_configuration={
            "subnets": settings.private_subnet_ids,
            "security_groups": [firewall.tasks],
            "assign_public_ip": False,
        },
        load_balancers=[
            {
                "target_group_arn": door.target_group.arn,
                "container_name": CONTAINER,
                "container_port": APP_PORT,
            }
        ],
        deployment_circuit_breaker={"enable": True, "rollback": True},
        deployment_minimum_healthy_percent=100,
        deployment_maximum_percent=200,
        health_check_grace_period_seconds=GRACE_SECONDS,
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        # An update has ended when the new tasks serve, not when ECS was told of them.
        wait_for_steady_state=True,
        tags=children.tags,
        opts=children.options(
            ignore_changes=["desired_count"], depends_on=[door.rule, *cluster.ready, *task.ready]
        ),
    )
