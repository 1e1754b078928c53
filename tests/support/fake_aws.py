"""What AWS would answer, made up: every resource gets an id, an ARN and the outputs that programs read."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from components.base.arguments import ArgumentError
from local_cloud.recording import Child, Graph, RecordingMonitor, Resource, run
from tests.support.documents import nulls
from tests.support.sdk import typos_of

ACCOUNT, REGION = "123456789012", "eu-central-1"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"

Outputs = dict[str, Any]


def provision(resource: Resource) -> tuple[str, Outputs]:
    """The inputs, an ARN and an id that name the resource, so that an assertion sees a wrong reference."""
    make = OUTPUTS.get(resource.type)
    more = make(resource) if make else {}
    if resource.remote:  # its outputs share names with its inputs, but not their meaning
        return "", more
    service, kind = resource.type.split(":")[1].split("/")[0], resource.type.split(":")[-1]
    made = {"arn": arn(service, f"{kind}/{resource.name}"), "name": resource.name}
    return f"{resource.name}-id", {**made, **resource.inputs, **more}


def invoke(token: str, args: Outputs) -> Outputs:
    """Answers the look-ups that components make."""
    return INVOKES[token](args)


def graph_of(program: Callable[[], Any], *, preview: bool = False, **options: Any) -> Graph:
    """Runs `program` against the made-up AWS; `options` are those of `recording.run`.

    Every graph is looked through for misspelt keys and for nulls in documents; a preview lacks values still.
    """
    graph = run(program, RecordingMonitor(provision, invoke), preview=preview, **options)
    problems = [] if preview else typos_of(graph) + nulls(graph)
    assert not problems, "\n".join(problems)
    return graph


def refusal(program: Callable[[], Any]) -> str:
    """What the `ArgumentError` of `program` says; no resource may have been made before it."""
    monitor = RecordingMonitor(provision, invoke)
    with pytest.raises(ArgumentError) as refused:
        run(program, monitor)
    assert [resource.name for resource in monitor.graph.resources] == []
    return str(refused.value)


def arn(service: str, resource: str, *, region: str = REGION) -> str:
    """An ARN in the made-up account."""
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


def hexadecimal(resource: Resource, digits: int) -> str:
    """A made-up value that is the same for the same resource with the same inputs, as a generated one is."""
    seed = f"{resource.name} {sorted(resource.inputs.items())}"
    return hashlib.sha512(seed.encode()).hexdigest()[:digits]


def _bucket(resource: Resource) -> Outputs:
    name = f"{resource.name}-1a2b3c4"
    return {
        "bucket": name,
        "arn": f"arn:aws:s3:::{name}",
        "bucketRegionalDomainName": f"{name}.s3.{REGION}.test",
    }


def _repository(resource: Resource) -> Outputs:
    return {
        "arn": arn("ecr", f"repository/{resource.name}"),
        "repositoryUrl": f"{REGISTRY}/{resource.name}",
        "registryId": ACCOUNT,
    }


def _image(resource: Resource) -> Outputs:
    digest = f"sha256:{hexadecimal(resource, 64)}"
    return {"digest": digest, "ref": f"{resource.inputs['tags'][0]}@{digest}"}


def _load_balancer(resource: Resource) -> Outputs:
    suffix = f"app/{resource.name}/50dc6c495c0c9188"
    return {
        "arn": arn("elasticloadbalancing", f"loadbalancer/{suffix}"),
        "arnSuffix": suffix,
        "dnsName": f"{resource.name}-1234567890.{REGION}.elb.amazonaws.com",
        "zoneId": "Z215JYRZR1TBD5",
    }


def _target_group(resource: Resource) -> Outputs:
    suffix = f"targetgroup/{resource.name}/73e2d6bc24d8a067"
    return {"arn": arn("elasticloadbalancing", suffix), "arnSuffix": suffix}


def _vpc(resource: Resource) -> Outputs:
    zones = range(1, int(resource.inputs["numberOfAvailabilityZones"]) + 1)
    kinds = [f"{kind}-{zone}" for kind in ("public", "private") for zone in zones]
    return {
        "vpcId": f"{resource.name}-vpc",
        "publicSubnetIds": [f"{resource.name}-public-{zone}" for zone in zones],
        "privateSubnetIds": [f"{resource.name}-private-{zone}" for zone in zones],
        "routeTables": [
            Child("aws:ec2/routeTable:RouteTable", f"{resource.name}-{kind}", f"rtb-{kind}") for kind in kinds
        ],
    }


OUTPUTS: Mapping[str, Callable[[Resource], Outputs]] = {
    "aws:s3/bucket:Bucket": _bucket,
    "aws:secretsmanager/secret:Secret": lambda r: {"arn": arn("secretsmanager", f"secret:{r.name}-AbCdEf")},
    "aws:secretsmanager/secretVersion:SecretVersion": lambda r: {
        "arn": r.inputs["secretId"],
        "versionId": hexadecimal(r, 32),
    },
    "aws:ecr/repository:Repository": _repository,
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:lb/targetGroup:TargetGroup": _target_group,
    "aws:lb/listener:Listener": lambda r: {"arn": arn("elasticloadbalancing", f"listener/app/{r.name}/1/2")},
    "aws:iam/role:Role": lambda r: {"arn": arn("iam", f"role/{r.name}", region="")},
    "aws:cloudwatch/logGroup:LogGroup": lambda r: {"arn": arn("logs", f"log-group:{r.name}")},
    "aws:ecs/cluster:Cluster": lambda r: {"arn": arn("ecs", f"cluster/{r.name}")},
    "aws:ecs/taskDefinition:TaskDefinition": lambda r: {
        "arn": arn("ecs", f"task-definition/{r.inputs['family']}:1"),
        "revision": 1,
    },
    "aws:sns/topic:Topic": lambda r: {"arn": arn("sns", r.name)},
    "aws:cloudwatch/metricAlarm:MetricAlarm": lambda r: {"arn": arn("cloudwatch", f"alarm:{r.name}")},
    "aws:apigatewayv2/api:Api": lambda r: {
        "apiEndpoint": f"https://{r.name}-id.execute-api.{REGION}.amazonaws.com",
        "executionArn": arn("execute-api", f"{r.name}-id"),
    },
    "aws:lambda/alias:Alias": lambda r: {
        "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/functions/{r.name}/invocations",
    },
    "aws:lambda/function:Function": lambda r: {"arn": arn("lambda", f"function:{r.name}"), "version": "7"},
    "awsx:ec2:Vpc": _vpc,
    "docker-build:index:Image": _image,
    "random:index/randomId:RandomId": lambda r: {"hex": hexadecimal(r, 2 * int(r.inputs["byteLength"]))},
    "random:index/randomPassword:RandomPassword": lambda r: {
        "result": hexadecimal(r, int(r.inputs["length"]))
    },
    "random:index/randomBytes:RandomBytes": lambda r: {
        "base64": base64.b64encode(bytes.fromhex(hexadecimal(r, 2 * int(r.inputs["length"])))).decode(),
    },
}

INVOKES: Mapping[str, Callable[[Outputs], Outputs]] = {
    "aws:index/getRegion:getRegion": lambda _: {"region": REGION, "name": REGION, "id": REGION},
    "aws:index/getCallerIdentity:getCallerIdentity": lambda _: {"accountId": ACCOUNT, "id": ACCOUNT},
    "aws:index/getPartition:getPartition": lambda _: {"partition": "aws", "dnsSuffix": "amazonaws.com"},
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": lambda _: {
        "userName": "AWS",
        "password": "a-registry-password",
        "proxyEndpoint": f"https://{REGISTRY}",
    },
}
