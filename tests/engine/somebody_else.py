"""What stood in the account before: a network, a cluster, a balancer and a bucket of somebody else."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from tests.engine.inventory import client

Settings = dict[str, Any]
BUCKET = "their-models"
IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/theirs@sha256:" + "0" * 64
OTHER_SERVICE: Settings = {
    "clusterName": "theirs",
    "serviceName": "shop",
    "balancerArnSuffix": "app/shop/50dc6c495c0c9188",
    "targetGroupArnSuffix": "targetgroup/shop/73e2d6bc24d8a067",
    "functionName": "search",
    "apiId": "a1b2c3d4e5",
}


@contextlib.contextmanager
def infrastructure(endpoint: str) -> Iterator[Settings]:
    """Makes it all, gives the configuration of examples/existing_infrastructure, and takes it away again."""

    def aws(service: str) -> Any:
        return client(service, endpoint)

    with contextlib.ExitStack() as made:
        vpc, public, private = _network(aws, made)
        group = aws("ec2").create_security_group(GroupName="edge", Description="edge", VpcId=vpc)["GroupId"]
        made.callback(_try, aws("ec2").delete_security_group, GroupId=group)
        balancer = aws("elbv2").create_load_balancer(Name="shared", Subnets=public, SecurityGroups=[group])
        balancer_arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
        made.callback(_try, aws("elbv2").delete_load_balancer, LoadBalancerArn=balancer_arn)
        nothing = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        listener = aws("elbv2").create_listener(
            LoadBalancerArn=balancer_arn, Protocol="HTTP", Port=80, DefaultActions=[nothing]
        )
        cluster = aws("ecs").create_cluster(
            clusterName="shared", capacityProviders=["FARGATE", "FARGATE_SPOT"]
        )
        made.callback(_try, aws("ecs").delete_cluster, cluster="shared")
        aws("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        made.callback(_try, _empty_and_delete, s3=aws("s3"))
        yield {
            "vpcId": vpc,
            "privateSubnetIds": private,
            "clusterArn": cluster["cluster"]["clusterArn"],
            "listenerArn": listener["Listeners"][0]["ListenerArn"],
            "balancerArnSuffix": balancer_arn.partition("loadbalancer/")[2],
            "balancerSecurityGroupId": group,
            "bucketName": BUCKET,
        }


def _try(delete: Callable[..., Any], **what: Any) -> None:
    """After an interrupt something of the example may still stand in it."""
    with contextlib.suppress(ClientError):
        delete(**what)


def _empty_and_delete(s3: Any) -> None:
    for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=item["Key"])
    s3.delete_bucket(Bucket=BUCKET)


def _network(aws: Callable[[str], Any], made: contextlib.ExitStack) -> tuple[str, list[str], list[str]]:
    """A VPC with two public and two private subnets."""
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    made.callback(_try, ec2.delete_vpc, VpcId=vpc)
    ids = []
    for number, zone in enumerate("abab"):
        subnet = ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.77.{number}.0/24", AvailabilityZone=f"eu-central-1{zone}"
        )
        ids.append(subnet["Subnet"]["SubnetId"])
        made.callback(_try, ec2.delete_subnet, SubnetId=ids[-1])
    return vpc, ids[:2], ids[2:]
