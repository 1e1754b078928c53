"""What AWS would answer, made up: every resource gets an id, an ARN and the outputs that programs read."""

from collections.abc import Callable
from typing import Any

from local_cloud.recording import Graph, RecordingMonitor, Resource, run

ACCOUNT, REGION = "123456789012", "eu-central-1"


def provision(resource: Resource) -> tuple[str, dict[str, Any]]:
    """The inputs, an ARN and an id that name the resource, so that an assertion sees a wrong reference."""
    kind = resource.type.split(":")[-1]
    arn = f"arn:aws:{resource.type.split(':')[1].split('/')[0]}:{REGION}:{ACCOUNT}:{kind}/{resource.name}"
    made = {"arn": arn, "name": resource.name, **resource.inputs}
    more = OUTPUTS.get(resource.type)
    return f"{resource.name}-id", {**made, **(more(resource) if more else {})}


def invoke(token: str, args: dict[str, Any]) -> dict[str, Any]:
    """Answers the look-ups that components make."""
    return INVOKES[token](args)


def graph_of(program: Callable[[], Any], **options: Any) -> Graph:
    """Runs `program` against the made-up AWS; `options` are those of `recording.run`."""
    return run(program, RecordingMonitor(provision, invoke), **options)


OUTPUTS: dict[str, Callable[[Resource], dict[str, Any]]] = {
    "aws:s3/bucket:Bucket": lambda r: {"bucket": f"{r.name}-1a2b3c4"},
    "aws:apigatewayv2/api:Api": lambda r: {
        "apiEndpoint": f"https://{r.name}-id.execute-api.{REGION}.amazonaws.com",
        "executionArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{r.name}-id",
    },
    "aws:lambda/alias:Alias": lambda r: {
        "invokeArn": f"arn:aws:apigateway:{REGION}:lambda:path/functions/{r.name}/invocations",
    },
    "aws:lambda/function:Function": lambda _: {"version": "7"},
    "awsx:ec2:Vpc": lambda r: {
        "vpcId": f"{r.name}-vpc",
        "publicSubnetIds": [f"{r.name}-public-1", f"{r.name}-public-2"],
        "privateSubnetIds": [f"{r.name}-private-1", f"{r.name}-private-2"],
    },
}

INVOKES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "aws:index/getRegion:getRegion": lambda _: {"region": REGION, "name": REGION, "id": REGION},
    "aws:index/getCallerIdentity:getCallerIdentity": lambda _: {"accountId": ACCOUNT, "id": ACCOUNT},
    "aws:index/getPartition:getPartition": lambda _: {"partition": "aws", "dnsSuffix": "amazonaws.com"},
}
