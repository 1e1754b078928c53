"""awsx:ec2:Vpc, a remote component, expanded into what it makes: VPC, subnets, gateways, route tables.

Its layout follows awsx's own (strategy Auto): a part of the block for each zone, the private subnet in the
part's first half, the public one in the quarter behind it; room for further zones stays free.
"""

import ipaddress
from typing import Any

from ..aws import Aws
from ..recording import Child, Resource
from .firewalls import tag_specification
from .rules import ProvisionError

KNOWN = {
    *("cidrBlock", "numberOfAvailabilityZones", "availabilityZoneCidrMask", "enableDnsHostnames"),
    *("enableDnsSupport", "natGateways", "tags", "subnetStrategy"),
}


def expand(aws: Aws, resource: Resource) -> tuple[str, dict[str, Any]]:
    """Makes the network; outputs as awsx's, with the route tables and subnets as children."""
    given = {key: value for key, value in resource.inputs.items() if value is not None}
    if unknown := sorted(set(given) - KNOWN):
        raise ProvisionError(f"{resource.type} '{resource.name}': the input {unknown[0]} is not expanded")
    return "", _Expansion(aws, resource.name, given).make()


class _Expansion:
    def __init__(self, aws: Aws, name: str, given: dict[str, Any]) -> None:
        self.aws, self.name, self.given = aws, name, given
        self.block = ipaddress.IPv4Network(given.get("cidrBlock", "10.0.0.0/16"))
        self.tags = given.get("tags", {})
        self.routes: list[Child] = []
        self.tables: list[Child] = []

    def make(self) -> dict[str, Any]:
        vpc_id = self._vpc()
        gateway = self._ec2("create_internet_gateway", "igw", "internet-gateway")["InternetGateway"]
        gateway_id = gateway["InternetGatewayId"]
        self.aws.call("ec2.attach_internet_gateway", InternetGatewayId=gateway_id, VpcId=vpc_id)
        zones = self._zones()
        public = [self._subnet(vpc_id, zone, index, "public") for index, zone in enumerate(zones, 1)]
        private = [self._subnet(vpc_id, zone, index, "private") for index, zone in enumerate(zones, 1)]
        nat_ids = self._nat_gateways(public)
        for index, subnet in enumerate(public, 1):
            self._table(vpc_id, subnet.id, f"public-{index}", GatewayId=gateway_id)
        for index, subnet in enumerate(private, 1):
            way = {"NatGatewayId": nat_ids[min(index, len(nat_ids)) - 1]} if nat_ids else {}
            self._table(vpc_id, subnet.id, f"private-{index}", **way)
        return {
            "vpcId": vpc_id,
            "publicSubnetIds": [subnet.id for subnet in public],
            "privateSubnetIds": [subnet.id for subnet in private],
            "isolatedSubnetIds": [],
            "subnets": [*public, *private],
            "routeTables": self.tables,
        }

    def _vpc(self) -> str:
        vpc = self._ec2("create_vpc", "", "vpc", CidrBlock=str(self.block))["Vpc"]
        vpc_id = str(vpc["VpcId"])
        for key, name in (
            ("enableDnsSupport", "EnableDnsSupport"),
            ("enableDnsHostnames", "EnableDnsHostnames"),
        ):
            if key in self.given:
                self.aws.call("ec2.modify_vpc_attribute", VpcId=vpc_id, **{name: {"Value": self.given[key]}})
        return vpc_id

    def _zones(self) -> list[str]:
        count = int(self.given.get("numberOfAvailabilityZones", 3))
        zones = [
            zone["ZoneName"] for zone in self.aws.call("ec2.describe_availability_zones")["AvailabilityZones"]
        ]
        if count > len(zones):
            raise ProvisionError(f"{self.name}: {count} zones wanted, {self.aws.region} has {len(zones)}")
        return zones[:count]

    def _subnet(self, vpc_id: str, zone: str, index: int, kind: str) -> Child:
        count = int(self.given.get("numberOfAvailabilityZones", 3))
        mask = int(
            self.given.get("availabilityZoneCidrMask") or self.block.prefixlen + (count - 1).bit_length()
        )
        part = list(self.block.subnets(new_prefix=mask))[index - 1]
        halves = list(part.subnets(prefixlen_diff=1))
        block = halves[0] if kind == "private" else next(halves[1].subnets(prefixlen_diff=1))
        name = f"{kind}-{index}"
        made = self._ec2(
            "create_subnet", name, "subnet", VpcId=vpc_id, AvailabilityZone=zone, CidrBlock=str(block)
        )["Subnet"]
        if kind == "public":
            self.aws.call(
                "ec2.modify_subnet_attribute", SubnetId=made["SubnetId"], MapPublicIpOnLaunch={"Value": True}
            )
        outputs = {
            "vpcId": vpc_id,
            "availabilityZone": zone,
            "cidrBlock": str(block),
            "arn": made["SubnetArn"],
        }
        return Child("aws:ec2/subnet:Subnet", f"{self.name}-{name}", made["SubnetId"], outputs)

    def _nat_gateways(self, public: list[Child]) -> list[str]:
        strategy = self.given.get("natGateways", {}).get("strategy", "OnePerAz")
        subnets = {"None": [], "Single": public[:1], "OnePerAz": public}[strategy]
        return [self._nat_gateway(index, subnet.id) for index, subnet in enumerate(subnets, 1)]

    def _nat_gateway(self, index: int, subnet_id: str) -> str:
        address = self._ec2("allocate_address", f"{index}", "elastic-ip", Domain="vpc")["AllocationId"]
        made = self._ec2(
            "create_nat_gateway", f"{index}", "natgateway", AllocationId=address, SubnetId=subnet_id
        )
        return str(made["NatGateway"]["NatGatewayId"])

    def _table(self, vpc_id: str, subnet_id: str, suffix: str, **way: str) -> None:
        table_id = self._ec2("create_route_table", suffix, "route-table", VpcId=vpc_id)["RouteTable"][
            "RouteTableId"
        ]
        if way:
            self.aws.call("ec2.create_route", RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", **way)
        self.aws.call("ec2.associate_route_table", RouteTableId=table_id, SubnetId=subnet_id)
        self.tables.append(
            Child("aws:ec2/routeTable:RouteTable", f"{self.name}-{suffix}", table_id, {"vpcId": vpc_id})
        )

    def _ec2(self, call: str, suffix: str, kind: str, **parameters: Any) -> dict[str, Any]:
        name = f"{self.name}-{suffix}".removesuffix("-")
        tags = tag_specification(kind, {**self.tags, "Name": name})
        return self.aws.call(f"ec2.{call}", TagSpecifications=tags, **parameters)
