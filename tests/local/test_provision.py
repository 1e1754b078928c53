"""What a program registers stands in moto as it was asked for; nothing is missed or dropped unseen."""

import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from local_cloud.aws import Aws
from local_cloud.provision import EXPANDED, KINDS, Provisioner, ProvisionError
from local_cloud.provision.lookups import LOOKUPS, answer
from local_cloud.provision.recorded import NOT_HERE
from local_cloud.recording import Resource

from .cases import Case, all_cases, make_all, read_back

CASES = all_cases(Path(tempfile.mkdtemp()))


def resource(type_: str, name: str, **inputs: Any) -> Resource:
    return Resource(type_, name, f"urn:{name}", "", inputs, True, False, False, False, False)


@pytest.fixture(scope="module")
def world(aws: Aws) -> dict[str, Any]:
    return make_all(aws, CASES)


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.type)
def test_it_stands_in_moto_as_it_was_asked_for(aws: Aws, world: dict[str, Any], one: Case) -> None:
    assert read_back(aws, one, world) == one.meant(world)


def test_every_type_that_is_made_is_read_back_here() -> None:
    made = {*KINDS, *EXPANDED}
    random = {type_ for type_ in made if type_.startswith("random:")}
    assert made - random == {one.type for one in CASES}


def test_a_type_is_either_made_or_recorded_with_a_reason() -> None:
    assert set(NOT_HERE).isdisjoint({*KINDS, *EXPANDED})
    assert all(len(reason) > 20 for reason in NOT_HERE.values())


def test_a_type_in_neither_list_is_an_error_that_says_where_to_put_it(aws: Aws) -> None:
    provisioner = Provisioner(aws)
    with pytest.raises(ProvisionError, match=r"aws:sqs/queue:Queue 'q'.*recorded\.py"):
        provisioner.provision(resource("aws:sqs/queue:Queue", "q"))
    assert len(provisioner.errors) == 1


@pytest.mark.parametrize(
    ("type_", "inputs", "named"),
    [
        ("aws:sns/topic:Topic", {"topicc": "x"}, "the input topicc"),
        ("aws:ecs/cluster:Cluster", {"settings": [{"name": "a", "valu": "b"}]}, r"settings\.valu"),
        ("random:index/randomBytes:RandomBytes", {"length": 3, "size": 4}, "the input size"),
        ("awsx:ec2:Vpc", {"vpcEndpointSpecs": []}, "the input vpcEndpointSpecs"),
    ],
)
def test_an_input_that_no_call_takes_is_an_error_that_names_it(
    aws: Aws, type_: str, inputs: dict[str, Any], named: str
) -> None:
    with pytest.raises(ProvisionError, match=named):
        Provisioner(aws).provision(resource(type_, "x", **inputs))


def test_what_aws_refuses_names_the_resource(aws: Aws) -> None:
    with pytest.raises(ProvisionError, match=r"bucketPolicy:BucketPolicy 'p': .*NoSuchBucket"):
        Provisioner(aws).provision(
            resource("aws:s3/bucketPolicy:BucketPolicy", "p", bucket="none", policy="{}")
        )


def test_a_recorded_resource_keeps_its_inputs_and_makes_nothing(aws: Aws) -> None:
    recorded = resource("aws:route53/record:Record", "r", zoneId="Z1")
    assert Provisioner(aws).provision(recorded) == ("r-recorded", {"zoneId": "Z1"})


def test_names_are_made_as_pulumi_makes_them_and_their_limits_are_aws_s(aws: Aws) -> None:
    provisioner = Provisioner(aws)
    _, one = provisioner.provision(resource("aws:sns/topic:Topic", "t"))
    _, two = provisioner.provision(resource("aws:sns/topic:Topic", "t", namePrefix="p-"))
    assert one["name"].startswith("t-")
    assert len(one["name"]) == len("t-") + 7
    assert two["name"].startswith("p-")
    with pytest.raises(ProvisionError, match="is longer than 32"):
        provisioner.provision(resource("aws:lb/targetGroup:TargetGroup", "x" * 30))


def test_random_values_are_random_and_of_the_wanted_form(aws: Aws) -> None:
    provisioner = Provisioner(aws)

    def password(**inputs: Any) -> str:
        made = resource("random:index/randomPassword:RandomPassword", "p", length=24.0, **inputs)
        return str(provisioner.provision(made)[1]["result"])

    assert password() != password()
    plain = password(special=False, minNumeric=3.0)
    assert len(plain) == 24
    assert plain.isalnum()
    assert sum(letter.isdigit() for letter in plain) >= 3
    _, key = provisioner.provision(resource("random:index/randomBytes:RandomBytes", "k", length=32.0))
    assert len(bytes.fromhex(key["hex"])) == 32


@pytest.mark.parametrize("token", sorted(LOOKUPS))
def test_look_ups_are_answered_out_of_moto(aws: Aws, world: dict[str, Any], token: str) -> None:
    asked = {"name": "com.amazonaws.eu-central-1.s3", "id": world["net"]["vpcId"]}
    found = answer(aws, token, asked)
    assert found["id"]
    if token.endswith("getCallerIdentity"):
        assert found["accountId"] == "123456789012"
    if token.endswith("getAvailabilityZones"):
        assert found["names"][:2] == ["eu-central-1a", "eu-central-1b"]
    if token.endswith("getAuthorizationToken"):
        assert found["userName"] == "AWS"


def test_an_unknown_look_up_is_an_error(aws: Aws) -> None:
    with pytest.raises(ProvisionError, match="the look-up aws:ec2/getAmi:getAmi"):
        answer(aws, "aws:ec2/getAmi:getAmi", {})


def test_the_network_has_a_way_out_for_private_subnets_and_a_gateway_for_public_ones(
    aws: Aws, world: dict[str, Any]
) -> None:
    net = {"Filters": [{"Name": "vpc-id", "Values": [world["net"]["vpcId"]]}]}
    tables = aws.call("ec2.describe_route_tables", **net)["RouteTables"]
    ways = {
        association["SubnetId"]: next(
            next(way[key] for key in ("NatGatewayId", "GatewayId") if way.get(key))
            for way in table["Routes"]
            if way.get("DestinationCidrBlock") == "0.0.0.0/0"
        )
        for table in tables
        for association in table["Associations"]
        if "SubnetId" in association
    }
    assert {ways[id_][:4] for id_ in world["net"]["publicSubnetIds"]} == {"igw-"}
    assert {ways[id_][:4] for id_ in world["net"]["privateSubnetIds"]} == {"nat-"}
    assert len({ways[id_] for id_ in world["net"]["privateSubnetIds"]}) == 1


class Watched(threading.Event):
    """An event that says how long somebody would have waited for it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout)
        return False


def test_a_network_waits_until_a_task_has_started_but_not_for_ever_and_nothing_else_waits(aws: Aws) -> None:
    first = Watched()
    provisioner = Provisioner(aws, first=first)
    provisioner.provision(resource("aws:sns/topic:Topic", "waits"))
    assert first.asked == []
    inputs = {"numberOfAvailabilityZones": 2, "natGateways": {"strategy": "None"}}
    provisioner.provision(resource("awsx:ec2:Vpc", "waits", **inputs))
    assert first.asked == [3]


def test_the_image_s_digest_follows_its_content(aws: Aws, world: dict[str, Any], tmp_path: Path) -> None:
    def digest(content: str, tag: str) -> str:
        (tmp_path / "Dockerfile").write_text(content)
        url = world["repository"]["repositoryUrl"]
        image = resource(
            "docker-build:index:Image", tag, context={"location": str(tmp_path)}, tags=[f"{url}:{tag}"]
        )
        return str(Provisioner(aws).provision(image)[1]["digest"])

    first = digest("FROM a\n", "a")
    assert first.startswith("sha256:")
    assert digest("FROM b\n", "b") != first
