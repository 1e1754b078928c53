"""The network: zones that can grow, a private way to S3, or what exists already."""

import ipaddress
from typing import Any

import pulumi
import pytest

from components.network import Network, NetworkArgs
from local_cloud.recording import Graph
from tests.support.fake_aws import graph_of, refusal

VPC = "awsx:ec2:Vpc"
EXISTING: NetworkArgs = {
    "existing_vpc_id": "vpc-1",
    "existing_public_subnet_ids": ["subnet-1", "subnet-2"],
    "existing_private_subnet_ids": ["subnet-3", "subnet-4"],
}


def network(args: NetworkArgs) -> Graph:
    def program() -> None:
        made = Network("network", args)
        pulumi.export("vpc", made.vpc_id)
        pulumi.export("public", made.public_subnet_ids)
        pulumi.export("private", made.private_subnet_ids)

    return graph_of(program)


def test_two_zones_and_one_gateway_are_the_default() -> None:
    inputs = network({}).one(VPC).inputs
    inputs.pop("tags")
    assert inputs == {
        "cidrBlock": "10.0.0.0/16",
        "numberOfAvailabilityZones": 2,
        "subnetStrategy": "Auto",
        "availabilityZoneCidrMask": 19,
        "natGateways": {"strategy": "Single"},
        "enableDnsHostnames": True,
    }


@pytest.mark.parametrize("block", ["10.0.0.0/16", "172.16.0.0/20", "192.168.0.0/23"])
@pytest.mark.parametrize("zones", [2, 3, 6])
def test_a_further_zone_moves_no_other(block: str, zones: int) -> None:
    """The part of a zone does not depend on their number, and there is room for eight."""
    inputs = network({"cidr_block": block, "zones": zones}).one(VPC).inputs
    mask = int(inputs["availabilityZoneCidrMask"])
    assert (inputs["subnetStrategy"], mask) == ("Auto", ipaddress.ip_network(block).prefixlen + 3)
    # awsx wants a /26 at least.
    assert mask <= 26


def test_s3_is_reached_from_every_subnet_without_a_gateway_that_costs() -> None:
    graph = network({"zones": 3})
    endpoint = graph.one("aws:ec2/vpcEndpoint:VpcEndpoint").inputs
    assert endpoint["vpcEndpointType"] == "Gateway"
    assert endpoint["serviceName"] == "com.amazonaws.eu-central-1.s3"
    assert endpoint["vpcId"] == "network-vpc-vpc"
    tables = [table.id for table in graph.of_type("aws:ec2/routeTable:RouteTable")]
    assert (len(tables), endpoint["routeTableIds"]) == (6, tables)


def test_the_outputs_are_those_of_the_new_network() -> None:
    exports = network({}).exports
    assert exports == {
        "vpc": "network-vpc-vpc",
        "public": ["network-vpc-public-1", "network-vpc-public-2"],
        "private": ["network-vpc-private-1", "network-vpc-private-2"],
    }


@pytest.mark.parametrize("strategy", ["None", "Single", "OnePerAz"])
def test_the_way_out_is_as_wanted(strategy: str) -> None:
    assert network({"nat_gateways": strategy}).one(VPC).inputs["natGateways"] == {"strategy": strategy}


def test_an_existing_network_is_passed_on_and_nothing_is_made() -> None:
    graph = network(EXISTING)
    assert [resource.type for resource in graph.resources] == ["spot-inference:index:Network"]
    assert graph.exports == {
        "vpc": "vpc-1",
        "public": ["subnet-1", "subnet-2"],
        "private": ["subnet-3", "subnet-4"],
    }


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"zones": 1}, "zones must be a whole number from 2 to 6; got 1"),
        ({"nat_gateways": "single"}, "nat_gateways must be one of None, Single, OnePerAz; got 'single'"),
        ({"cidr_block": "10.0.0.0/24"}, "IPv4 block from /16 to /23 such as 10.0.0.0/16; got '10.0.0.0/24'"),
        ({"cidr_block": "10.0.0.1/16"}, "IPv4 block from /16 to /23 such as 10.0.0.0/16; got '10.0.0.1/16'"),
        ({"cidr_block": "ten"}, "IPv4 block from /16 to /23 such as 10.0.0.0/16; got 'ten'"),
        (
            {"existing_vpc_id": "vpc-1"},
            "existing_vpc_id needs existing_public_subnet_ids, existing_private_subnet_ids as well",
        ),
        ({**EXISTING, "zones": 3}, "existing_vpc_id cannot stand beside zones"),
        (
            {**EXISTING, "existing_private_subnet_ids": ["subnet-3"]},
            "existing_private_subnet_ids must be a list of at least 2 values; got ['subnet-3']",
        ),
    ],
)
def test_what_cannot_be_is_refused(args: Any, problem: str) -> None:
    assert refusal(lambda: Network("network", args)).endswith(problem)


def test_a_name_that_no_tag_can_hold_is_refused() -> None:
    problem = refusal(lambda: Network("n" * 244, {}))
    assert problem.endswith(f"its name must have at most 243 characters; '{'n' * 244}' has 244")
