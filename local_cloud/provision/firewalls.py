"""Security groups and their rules, and the endpoints that keep traffic to AWS inside a VPC."""

from typing import Any

from .rules import Kind, Made, Step

ALLOW_ALL_OUT = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def specified(resource: str) -> dict[str, Any]:
    """The step's `names` and `convert` for tags where EC2 wants them under a specification."""
    return {
        "names": {"tags": "TagSpecifications"},
        "convert": {"tags": lambda tags: tag_specification(resource, tags)},
    }


def tag_specification(resource: str, tags: dict[str, str]) -> list[dict[str, Any]]:
    """EC2's `TagSpecifications`; none for no tags, which EC2 would refuse."""
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    return [{"ResourceType": resource, "Tags": pairs}] if pairs else []


def _close(made: Made) -> None:
    """EC2 opens a new group to everywhere outside; the provider takes that away, as here."""
    made.aws.call("ec2.revoke_security_group_egress", GroupId=made.id, IpPermissions=[ALLOW_ALL_OUT])


def _permission(made: Made) -> dict[str, Any]:
    """One rule as EC2's `IpPermissions`: protocol, ports, and who is on the other side."""
    given = made.inputs
    note = {"Description": given["description"]} if "description" in given else {}
    others = {
        "cidrIpv4": ("IpRanges", "CidrIp"),
        "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
        "prefixListId": ("PrefixListIds", "PrefixListId"),
        "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    }
    permission: dict[str, Any] = {"IpProtocol": given["ipProtocol"]}
    permission |= {key[:1].upper() + key[1:]: given[key] for key in ("fromPort", "toPort") if key in given}
    permission |= {
        place: [{key: given[name], **note}] for name, (place, key) in others.items() if name in given
    }
    return {"IpPermissions": [permission]}


def _rule(call: str) -> Kind:
    read = ("ipProtocol", "fromPort", "toPort", "cidrIpv4", "cidrIpv6", "prefixListId", "description")
    tags = specified("security-group-rule")
    names = {"securityGroupId": "GroupId", **dict.fromkeys(read, ""), "referencedSecurityGroupId": ""}
    return Kind(
        Step(f"ec2.{call}", {**names, **tags["names"]}, tags["convert"], more=_permission),
        found="SecurityGroupRules[0]",
        id="SecurityGroupRuleId",
        outputs={
            "securityGroupRuleId": "SecurityGroupRuleId",
            "arn": lambda made: (
                f"arn:aws:ec2:{made.aws.region}:{made.aws.account}:security-group-rule/"
                f"{made.found['SecurityGroupRuleId']}"
            ),
        },
    )


def _prefix_list(made: Made) -> str:
    """The addresses of the service behind a gateway endpoint; empty for other endpoints."""
    if made.inputs.get("vpcEndpointType", "Gateway") != "Gateway":
        return ""
    name = {"Name": "prefix-list-name", "Values": [made.inputs["serviceName"]]}
    lists = made.aws.call("ec2.describe_managed_prefix_lists", Filters=[name])["PrefixLists"]
    return str(lists[0]["PrefixListId"]) if lists else ""


KINDS = {
    "aws:ec2/securityGroup:SecurityGroup": Kind(
        Step(
            "ec2.create_security_group",
            {"name": "GroupName", **specified("security-group")["names"]},
            specified("security-group")["convert"],
            more=lambda made: {"Description": made.inputs.get("description", "Managed by Pulumi")},
        ),
        id="GroupId",
        outputs={
            "ownerId": lambda made: made.aws.account,
            "arn": lambda made: (
                f"arn:aws:ec2:{made.aws.region}:{made.aws.account}:security-group/{made.found['GroupId']}"
            ),
        },
        then=[Step(run=_close, always=True)],
        unused={"revokeRulesOnDelete": "nothing is destroyed here"},
        named="name",
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("authorize_security_group_ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("authorize_security_group_egress"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Kind(
        Step(
            "ec2.create_vpc_endpoint",
            {"policy": "PolicyDocument", **specified("vpc-endpoint")["names"]},
            specified("vpc-endpoint")["convert"],
        ),
        found="VpcEndpoint",
        id="VpcEndpointId",
        outputs={
            "prefixListId": _prefix_list,
            "arn": lambda made: (
                f"arn:aws:ec2:{made.aws.region}:{made.aws.account}:vpc-endpoint/{made.found['VpcEndpointId']}"
            ),
        },
    ),
}
