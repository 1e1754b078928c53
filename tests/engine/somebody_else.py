"""What stood in the account before: a network, a cluster, a balancer and a bucket of somebody else."""

from collections.abc import Callable
from typing import Any

from tests.engine.inventory import client

Settings = dict[str, Any]
IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/theirs@sha256:" + "0" * 64
OTHER_SERVICE: Settings = {
    "clusterName": "theirs",
    "serviceName": "shop",
    "balancerArnSuffix": "app/shop/50dc6c495c0c9188",
    "targetGroupArnSuffix": "targetgroup/shop/73e2d6bc24d8a067",
    "functionName": "search",
    "apiId": "a1b2c3d4e5",
}


def infrastructure(endpoint: str) -> Settings:
    """Makes it all and returns the configuration of examples/existing_infrastructure."""

    def aws(service: str) -> Any:
        return client(service, endpoint)

    network = _network(aws)
    group = aws("ec2").create_security_group(GroupName="edge", Description="edge", VpcId=network["vpcId"])
    balancer = aws("elbv2").create_load_balancer(
        Name="shared", Subnets=network.pop("publicSubnetIds"), SecurityGroups=[group["GroupId"]]
    )["LoadBalancers"][0]
    listener = aws("elbv2").create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )["Listeners"][0]
    cluster = aws("ecs").create_cluster(clusterName="shared", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    aws("s3").create_bucket(
        Bucket="their-models", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return {
        **network,
        "clusterArn": cluster["cluster"]["clusterArn"],
        "listenerArn": listener["ListenerArn"],
        "balancerArnSuffix": balancer["LoadBalancerArn"].partition("loadbalancer/")[2],
        "balancerSecurityGroupId": group["GroupId"],
        "bucketName": "their-models",
    }


def _network(aws: Callable[[str], Any]) -> Settings:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.77.{number}.0/24", AvailabilityZone=f"eu-central-1{zone}")
        for number, zone in enumerate("abab")
    ]
    ids = [made["Subnet"]["SubnetId"] for made in subnets]
    return {"vpcId": vpc, "publicSubnetIds": ids[:2], "privateSubnetIds": ids[2:]}
