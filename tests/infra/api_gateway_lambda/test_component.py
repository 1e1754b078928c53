"""What the component puts out is what others stand on."""

import pulumi_aws as aws

from components import ApiGatewayLambda
from local_cloud.recording import RecordingMonitor, Resource, run
from tests.infra.api_gateway_lambda import IMAGE, made
from tests.support.fake_aws import graph_of, invoke, provision


def test_outputs_name_the_function_its_alias_and_its_api() -> None:
    found = made()
    function, api = found.one("aws:lambda/function:Function"), found.one("aws:apigatewayv2/api:Api")
    assert found.one("spot-inference:index:ApiGatewayLambda").outputs == {
        "url": api.outputs["apiEndpoint"],
        "function_name": function.outputs["name"],
        "function_arn": function.outputs["arn"],
        "alias_name": "live",
        "api_id": api.id,
        "stage_name": "$default",
        "log_group_name": found.one("aws:cloudwatch/logGroup:LogGroup", "api-logs").outputs["name"],
        "role_arn": found.one("aws:iam/role:Role").outputs["arn"],
    }


def test_the_url_ends_without_a_slash() -> None:
    def with_slash(resource: Resource) -> tuple[str, dict[str, object]]:
        id_, outputs = provision(resource)
        return id_, {**outputs, **({"apiEndpoint": "https://x/"} if "apiEndpoint" in outputs else {})}

    monitor = RecordingMonitor(with_slash, invoke)
    found = run(lambda: ApiGatewayLambda("api", {"image_uri": IMAGE}), monitor)
    assert found.one("spot-inference:index:ApiGatewayLambda").outputs["url"] == "https://x"


def test_who_uses_the_url_waits_until_it_answers() -> None:
    def program() -> None:
        component = ApiGatewayLambda("api", {"image_uri": IMAGE})
        aws.ssm.Parameter("user", type="String", value=component.url)

    found = graph_of(program)
    answering = {
        found.one("aws:apigatewayv2/stage:Stage").urn,
        found.one("aws:lambda/permission:Permission", "api-api-permission").urn,
    }
    assert answering <= set(found.one("aws:ssm/parameter:Parameter").dependencies)
