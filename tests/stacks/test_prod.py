"""The committed stack prod survives a Spot shortage and a zone's outage, and is not taken away by mistake."""

from tests.support.stacks import CERTIFICATE, prod, run_stack


def test_prod_keeps_a_task_on_demand_and_spreads_the_rest_four_to_one_over_spot() -> None:
    service = prod().one("aws:ecs/service:Service")
    assert service.inputs["capacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 4},
    ]


def test_prod_runs_two_to_six_tasks_of_a_whole_vcpu() -> None:
    assert prod().one("aws:ecs/service:Service").inputs["desiredCount"] == 2
    target = prod().one("aws:appautoscaling/target:Target")
    assert (target.inputs["minCapacity"], target.inputs["maxCapacity"]) == (2, 6)
    task = prod().one("aws:ecs/taskDefinition:TaskDefinition")
    assert (task.inputs["cpu"], task.inputs["memory"]) == ("1024", "2048")


def test_prod_has_a_nat_gateway_in_each_zone() -> None:
    assert prod().one("awsx:ec2:Vpc").inputs["natGateways"] == {"strategy": "OnePerAz"}


def test_prod_keeps_every_log_for_thirty_days() -> None:
    groups = prod().of_type("aws:cloudwatch/logGroup:LogGroup")
    assert len(groups) == 3
    assert {group.inputs["retentionInDays"] for group in groups} == {30}


def test_prod_protects_what_carries_data_or_an_address_and_nothing_else() -> None:
    assert sorted(resource.type for resource in prod().resources if resource.protect) == [
        "aws:ecr/repository:Repository",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:s3/bucket:Bucket",
        "aws:secretsmanager/secret:Secret",
        "aws:secretsmanager/secret:Secret",
        "aws:secretsmanager/secret:Secret",
    ]
    assert prod().one("aws:lb/loadBalancer:LoadBalancer").inputs["enableDeletionProtection"] is True
    assert prod().one("aws:s3/bucket:Bucket").inputs["forceDestroy"] is False
    assert prod().one("aws:ecr/repository:Repository").inputs["forceDelete"] is False
    secrets = prod().of_type("aws:secretsmanager/secret:Secret")
    assert [secret.inputs["recoveryWindowInDays"] for secret in secrets] == [30, 30, 30]


def test_prod_serves_https_and_sends_plain_http_there() -> None:
    listeners = {listener.inputs["port"]: listener for listener in prod().of_type("aws:lb/listener:Listener")}
    assert set(listeners) == {80, 443}
    assert listeners[443].inputs["certificateArn"] == CERTIFICATE["certificateArn"]
    assert [action["type"] for action in listeners[80].inputs["defaultActions"]] == ["redirect"]
    assert prod().exports["url"] == prod().exports["fargateUrl"] == "https://models.example.com"


def test_a_hosted_zone_gets_the_record_of_the_domain_name_and_without_one_there_is_none() -> None:
    graph = run_stack("prod", **CERTIFICATE, hostedZoneId="Z0123456789")
    record = graph.one("aws:route53/record:Record")
    assert (record.inputs["zoneId"], record.inputs["name"]) == ("Z0123456789", "models.example.com")
    assert prod().of_type("aws:route53/record:Record") == []


def test_what_protects_prod_can_be_taken_off_by_one_setting() -> None:
    graph = run_stack("prod", **CERTIFICATE, protect=False)
    assert [resource.name for resource in graph.resources if resource.protect] == []
    assert graph.one("aws:s3/bucket:Bucket").inputs["forceDestroy"] is True
    assert graph.one("aws:lb/loadBalancer:LoadBalancer").inputs["enableDeletionProtection"] is False
