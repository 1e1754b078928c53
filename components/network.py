"""Network: a VPC over several zones with a private way to S3, or the ids of one that exists."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx

from .base.arguments import Arguments
from .base.children import Children, outputs_of, token
from .base.names import check_name

# Its parts are called by the tag Name, whose value has at most 255 characters.
NAME_LIMIT, VPC = 255, "-vpc"
NAT_STRATEGIES = ("None", "Single", "OnePerAz")
EXISTING = ("existing_vpc_id", "existing_public_subnet_ids", "existing_private_subnet_ids")
# Room for eight zones from the start, whatever their number now: a further one takes a free part.
ZONE_BITS = 3
# awsx needs a /26 in each zone at least.
LONGEST_PREFIX, SHORTEST_PREFIX = 26 - ZONE_BITS, 16


class NetworkArgs(TypedDict):
    """The address block, its zones and their way out; or the ids of a network that exists."""

    cidr_block: NotRequired[str | None]
    """Address block of the VPC, from /16 to /23; an eighth of it is one zone's. Default: 10.0.0.0/16."""
    zones: NotRequired[int | None]
    """Availability zones, 2 to 6 (a balancer needs 2); adding one replaces nothing. Default: 2."""
    nat_gateways: NotRequired[str | None]
    """Way out of the private subnets: "Single" (one gateway, the cheapest; its zone's outage stops image
    pulls and look-ups of secrets everywhere), "OnePerAz" (survives the loss of a zone), or "None" (no way
    out: tasks cannot pull their image unless the VPC gets endpoints of its own). Default: "Single"."""
    existing_vpc_id: NotRequired[pulumi.Input[str] | None]
    """VPC that exists already; nothing is made then. Needs the two lists of subnets. Default: a new VPC."""
    existing_public_subnet_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]] | None]
    """Public subnets of that VPC, 2 or more, each in a zone of its own. Default: the new VPC's."""
    existing_private_subnet_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]] | None]
    """Private subnets of that VPC, 2 or more, with a way to AWS's services. Default: the new VPC's."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]] | None]
    """Further tags of everything that is made. Default: none."""


class Network(pulumi.ComponentResource):
    """A VPC with a public and a private subnet in each zone, and a gateway endpoint for S3."""

    vpc_id: pulumi.Output[str]
    """Id of the VPC."""
    public_subnet_ids: pulumi.Output[list[str]]
    """Ids of the public subnets, one a zone."""
    private_subnet_ids: pulumi.Output[list[str]]
    """Ids of the private subnets, one a zone."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        arguments = Arguments(f"Network '{name}'", args, NetworkArgs)
        check_name(arguments, name, VPC, NAME_LIMIT)
        exists = arguments.together(*EXISTING)
        arguments.exclude("existing_vpc_id", ("cidr_block", "zones", "nat_gateways", "tags"))
        for key in EXISTING[1:]:
            arguments.inputs(key, minimum=2)
        cidr_block = arguments.text("cidr_block", "10.0.0.0/16")
        zone_prefix = _zone_prefix(arguments, cidr_block)
        zones = arguments.whole("zones", 2, minimum=2, maximum=6)
        nat_gateways = arguments.text("nat_gateways", "Single", choices=NAT_STRATEGIES)
        tags = arguments.mapping("tags")
        arguments.check()
        super().__init__(token("Network"), name, {}, opts)
        children = Children(self, name, tags)

        if exists:
            self.vpc_id, self.public_subnet_ids, self.private_subnet_ids = (
                pulumi.Output.from_input(arguments.value(key)) for key in EXISTING
            )
        else:
            vpc = awsx.ec2.Vpc(
                f"{name}{VPC}",
                cidr_block=cidr_block,
                number_of_availability_zones=zones,
                # AUTO with the size of a zone stated: else a third zone would move the first two's subnets.
                subnet_strategy=awsx.ec2.SubnetAllocationStrategy.AUTO,
                availability_zone_cidr_mask=zone_prefix,
                nat_gateways={"strategy": awsx.ec2.NatGatewayStrategy(nat_gateways)},
                enable_dns_hostnames=True,
                tags=children.tags,
                opts=children.options(),
            )
            self._make_s3_endpoint(children, vpc)
            self.vpc_id = vpc.vpc_id
            self.public_subnet_ids = vpc.public_subnet_ids.apply(list)
            self.private_subnet_ids = vpc.private_subnet_ids.apply(list)
        self.register_outputs(outputs_of(self))

    def _make_s3_endpoint(self, children: Children, vpc: awsx.ec2.Vpc) -> None:
        """Models and image layers come from S3: through this endpoint they pay no NAT gateway."""
        table_ids: pulumi.Output[list[str]] = vpc.route_tables.apply(_ids)
        region = aws.get_region_output(opts=children.lookup).region
        aws.ec2.VpcEndpoint(
            f"{children.name}-s3",
            vpc_id=vpc.vpc_id,
            service_name=pulumi.Output.format("com.amazonaws.{0}.s3", region),
            vpc_endpoint_type="Gateway",
            route_table_ids=table_ids,
            tags={**children.tags, "Name": f"{children.name}-s3"},
            opts=children.options(),
        )


def _ids(tables: Sequence[aws.ec2.RouteTable]) -> pulumi.Output[list[str]]:
    return pulumi.Output.all(*[table.id for table in tables])


def _zone_prefix(arguments: Arguments, cidr_block: str) -> int:
    """The prefix length of one zone's part of the block."""
    try:
        prefix = ipaddress.IPv4Network(cidr_block).prefixlen
    except ValueError:
        prefix = 0
    if not SHORTEST_PREFIX <= prefix <= LONGEST_PREFIX:
        arguments.refuse(
            "cidr_block", f"an IPv4 block from /{SHORTEST_PREFIX} to /{LONGEST_PREFIX} such as 10.0.0.0/16"
        )
    return prefix + ZONE_BITS
