"""The functions of the aws provider (`aws.get_region()` and the like), answered out of moto."""

import base64
from collections.abc import Callable
from typing import Any

from ..aws import Aws
from .rules import ProvisionError

Look = Callable[[Aws, dict[str, Any]], dict[str, Any]]


def answer(aws: Aws, token: str, args: dict[str, Any]) -> dict[str, Any]:
    """What the look-up finds. Raises ProvisionError for one that nobody taught this module."""
    if token not in LOOKUPS:
        raise ProvisionError(f"the look-up {token} has no answer here; give it one in {__name__}")
    return LOOKUPS[token](aws, args)


def _region(aws: Aws, args: dict[str, Any]) -> dict[str, Any]:
    name = args.get("region") or aws.region
    return {
        "id": name,
        "name": name,
        "region": name,
        "endpoint": f"ec2.{name}.amazonaws.com",
        "description": name,
    }


def _caller(aws: Aws, _: dict[str, Any]) -> dict[str, Any]:
    who = aws.call("sts.get_caller_identity")
    return {"id": who["Account"], "accountId": who["Account"], "arn": who["Arn"], "userId": who["UserId"]}


def _partition(_: Aws, __: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    }


def _login(aws: Aws, args: dict[str, Any]) -> dict[str, Any]:
    data = aws.call("ecr.get_authorization_token")["authorizationData"][0]
    user, password = base64.b64decode(data["authorizationToken"]).decode().split(":", 1)
    return {
        "id": args.get("registryId") or aws.region,
        "authorizationToken": data["authorizationToken"],
        "expiresAt": data["expiresAt"].isoformat(),
        "proxyEndpoint": data["proxyEndpoint"],
        "userName": user,
        "password": password,
    }


def _zones(aws: Aws, _: dict[str, Any]) -> dict[str, Any]:
    zones = aws.call("ec2.describe_availability_zones")["AvailabilityZones"]
    return {
        "id": aws.region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": [aws.region],
    }


def _prefix_list(aws: Aws, args: dict[str, Any]) -> dict[str, Any]:
    wanted = {"Name": "prefix-list-name", "Values": [args["name"]]}
    found = aws.call("ec2.describe_managed_prefix_lists", Filters=[wanted])["PrefixLists"][0]
    return {"id": found["PrefixListId"], "name": args["name"], "arn": found["PrefixListArn"]}


def _vpc(aws: Aws, args: dict[str, Any]) -> dict[str, Any]:
    found = aws.call("ec2.describe_vpcs", VpcIds=[args["id"]])["Vpcs"][0]
    return {"id": found["VpcId"], "cidrBlock": found["CidrBlock"]}


LOOKUPS: dict[str, Look] = {
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": _login,
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": _prefix_list,
    "aws:ec2/getPrefixList:getPrefixList": _prefix_list,
    "aws:ec2/getVpc:getVpc": _vpc,
}
