"""What a SpotFargateService is told, and the rules between its arguments."""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from ..base.application import Application, ApplicationArgs
from ..base.arguments import Arguments
from ..base.logs import RETENTION_DAYS
from ..base.names import check_name
from .capacity import read_capacity

# Balancers and target groups have at most 32 characters; both endings have three.
NAME_LIMIT, BALANCER, TARGET_GROUP = 32, "-lb", "-tg"
ARCHITECTURES = ("X86_64", "ARM64")
# A rule of a balancer compares at most five values.
MAX_RULE_VALUES = 5
EXISTING_LISTENER = (
    "existing_listener_arn",
    "existing_load_balancer_arn_suffix",
    "existing_load_balancer_security_group_id",
    "existing_url",
)
OWN_BALANCER = (
    "public_subnet_ids",
    "certificate_arn",
    "domain_name",
    "hosted_zone_id",
    "allow_plain_http",
    "access_logs_bucket",
    "protect",
)
# What the task definition or an argument says, too; DRAIN_SECONDS is the user's to change.
OWN_VARIABLES = {
    "AWS_REGION",
    "CPU_UNITS",
    "MEMORY_MIB",
    "METRICS_PORT",
    "PORT",
    "SERVER",
    "TRUSTED_PROXY_HOPS",
}
SERVERS = ("waitress", "granian")
RULE = ("listener_rule_hosts", "listener_rule_paths", "listener_rule_priority")


class SpotFargateServiceArgs(TypedDict):
    """What runs, where, how large, and how it is reached."""

    image_uri: pulumi.Input[str]
    """Image to run, by digest. It serves HTTP on the port PORT, not as root, with /healthz and /readyz;
    python is on its path for the health check; it writes to /tmp only, which it declares as a VOLUME (the
    folder is root's otherwise)."""
    application: NotRequired[ApplicationArgs | None]
    """What the application is told and may read. Default: nothing, for an image that brings its own."""
    vpc_id: pulumi.Input[str]
    """VPC of the subnets."""
    private_subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    """Subnets of the tasks, in two zones or more, with a way to ECR, Logs, Secrets Manager and S3."""
    public_subnet_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]] | None]
    """Subnets of the balancer, in two zones or more; required unless a listener exists already."""
    cpu: NotRequired[int | None]
    """CPU units of a task, 1024 are one vCPU: 256, 512, 1024, 2048, 4096, 8192 or 16384. Default: 256."""
    memory: NotRequired[int | None]
    """Memory of a task in MiB; Fargate offers certain sizes for each cpu. Default: 512."""
    architecture: NotRequired[str | None]
    """Processor: X86_64 or ARM64, the same as the image's. Default: X86_64."""
    server: NotRequired[str | None]
    """HTTP server of the application: waitress, or granian for more requests a second. Default: waitress."""
    min_tasks: NotRequired[int | None]
    """Least number of tasks, 1 or more. Default: 1."""
    max_tasks: NotRequired[int | None]
    """Greatest number of tasks. Default: 2, or min_tasks where that is more."""
    on_demand_base: NotRequired[int | None]
    """Tasks that never run on Spot, up to min_tasks; production wants 1. Default: 0."""
    on_demand_weight: NotRequired[int | None]
    """Share of the tasks above the base that run on demand, 0 to 1000. Default: 0."""
    spot_weight: NotRequired[int | None]
    """Share of the tasks above the base that run on Spot, 0 to 1000. Default: 1."""
    cpu_target_percent: NotRequired[int | None]
    """CPU utilisation that the number of tasks is adjusted to, 10 to 95 percent. Default: 70."""
    requests_per_target: NotRequired[int | None]
    """Requests a minute for one task that the number of tasks is adjusted to. Default: 1000."""
    certificate_arn: NotRequired[pulumi.Input[str] | None]
    """ACM certificate of domain_name, in this region: HTTPS on 443, 80 redirects there. Default: none."""
    domain_name: NotRequired[pulumi.Input[str] | None]
    """Name that people call; the certificate covers it. Both or neither. Default: none."""
    hosted_zone_id: NotRequired[pulumi.Input[str] | None]
    """Route 53 zone that gets the record of domain_name. Default: none, the record is made elsewhere."""
    allow_plain_http: NotRequired[bool | None]
    """Whether to serve plain HTTP where there is no certificate: tokens and passwords can then be read on the
    way. Default: false, a service without a certificate is refused."""
    log_retention_days: NotRequired[int | None]
    """Days that logs are kept, one of CloudWatch's values. Default: 30."""
    metrics_security_group_id: NotRequired[pulumi.Input[str] | None]
    """Security group that may read the metrics port, 9090. Default: none, nobody may."""
    access_logs_bucket: NotRequired[pulumi.Input[str] | None]
    """Bucket that gets the balancer's access logs, under the component's name; its policy must let Elastic
    Load Balancing write. Default: none, no access logs."""
    protect: NotRequired[bool | None]
    """Whether Pulumi and AWS refuse to delete the balancer, whose address others know. Default: false."""
    existing_cluster_arn: NotRequired[pulumi.Input[str] | None]
    """Cluster that offers FARGATE and FARGATE_SPOT. Default: a new one."""
    existing_listener_arn: NotRequired[pulumi.Input[str] | None]
    """Listener that exists already: a rule of it leads here, and no balancer is made. Needs the other three
    existing_… and a host or path to recognise requests by. Default: a new balancer."""
    existing_load_balancer_arn_suffix: NotRequired[pulumi.Input[str] | None]
    """End of the existing balancer's ARN, app/<name>/<id>. Default: a new balancer."""
    existing_load_balancer_security_group_id: NotRequired[pulumi.Input[str] | None]
    """Security group of the existing balancer; it must let traffic out to the tasks. Default: a new one."""
    existing_url: NotRequired[pulumi.Input[str] | None]
    """Address under which the existing balancer answers for this service. Default: a new balancer."""
    listener_rule_hosts: NotRequired[list[str] | None]
    """Hosts whose requests the existing listener sends here; * and ? may stand in them. Default: any."""
    listener_rule_paths: NotRequired[list[str] | None]
    """Paths whose requests the existing listener sends here; * and ? may stand in them. Default: any."""
    listener_rule_priority: NotRequired[int | None]
    """Place among the existing listener's rules, 1 to 50000, not used by another. Default: 100."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]] | None]
    """Further tags of everything that is made. Default: none."""


class Settings:
    """The checked arguments of one service; the constructor raises one `ArgumentError` for all problems."""

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        arguments = Arguments(f"SpotFargateService '{name}'", args, SpotFargateServiceArgs)
        check_name(arguments, name, BALANCER, NAME_LIMIT)
        self.image_uri = arguments.value("image_uri")
        self.application = Application(arguments)
        for variable in sorted(OWN_VARIABLES & self.application.extra_names):
            arguments.problem(
                f"application: environment must not set {variable}, which the service sets itself"
            )
        self.vpc_id = arguments.value("vpc_id")
        self.public_subnet_ids = arguments.inputs("public_subnet_ids", minimum=2)
        self.private_subnet_ids = arguments.inputs("private_subnet_ids", minimum=2)
        self.capacity = read_capacity(arguments)
        self.architecture = arguments.text("architecture", "X86_64", choices=ARCHITECTURES)
        self.server = arguments.text("server", SERVERS[0], choices=SERVERS)
        self.cpu_target_percent = arguments.whole("cpu_target_percent", 70, minimum=10, maximum=95)
        self.requests_per_target = arguments.whole("requests_per_target", 1000, minimum=1)
        self.certificate_arn = arguments.value("certificate_arn")
        self.domain_name = arguments.value("domain_name")
        self.hosted_zone_id = arguments.value("hosted_zone_id")
        self.log_retention_days = arguments.whole("log_retention_days", 30, choices=RETENTION_DAYS)
        self.metrics_security_group_id = arguments.value("metrics_security_group_id")
        self.access_logs_bucket = arguments.value("access_logs_bucket")
        self.protect = arguments.flag("protect")
        self.existing_cluster_arn = arguments.value("existing_cluster_arn")
        self.existing_listener_arn = arguments.value("existing_listener_arn")
        self.existing_load_balancer_arn_suffix = arguments.value("existing_load_balancer_arn_suffix")
        self.existing_load_balancer_group = arguments.value("existing_load_balancer_security_group_id")
        self.existing_url = arguments.value("existing_url")
        self.rule_hosts = arguments.texts("listener_rule_hosts")
        self.rule_paths = arguments.texts("listener_rule_paths")
        self.rule_priority = arguments.whole("listener_rule_priority", 100, minimum=1, maximum=50000)
        self.tags = arguments.mapping("tags")
        self._check_reachability(arguments)
        arguments.check()

    def _check_reachability(self, arguments: Arguments) -> None:
        """A balancer of its own, with HTTPS unless plain HTTP is wanted, or a rule of an existing one."""
        allow_plain_http = arguments.flag("allow_plain_http")
        if arguments.given(*EXISTING_LISTENER):
            arguments.together(*EXISTING_LISTENER)
            arguments.exclude("existing_listener_arn", OWN_BALANCER)
            values = len(self.rule_hosts) + len(self.rule_paths)
            if not 1 <= values <= MAX_RULE_VALUES:
                arguments.problem(
                    f"existing_listener_arn needs listener_rule_hosts or listener_rule_paths, 1 to "
                    f"{MAX_RULE_VALUES} values together; got {values}"
                )
            return
        if not arguments.given("public_subnet_ids"):
            arguments.problem("missing argument 'public_subnet_ids', the subnets of the balancer")
        for key in arguments.given(*RULE):
            arguments.problem(f"{key} needs existing_listener_arn: the service's own listener has one rule")
        has_certificate = arguments.together("certificate_arn", "domain_name")
        if arguments.given("hosted_zone_id") and not has_certificate:
            arguments.problem("hosted_zone_id needs certificate_arn and domain_name, whose record it gets")
        if not arguments.given("certificate_arn", "domain_name") and not allow_plain_http:
            arguments.problem(
                "HTTPS needs certificate_arn and domain_name; without them set allow_plain_http to true to "
                "serve plain HTTP on purpose, or give existing_listener_arn of a balancer that has HTTPS"
            )
