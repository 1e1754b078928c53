"""The topic can be published to by this account's alarms, and by them only; people are subscribed to it."""

import json

from components.monitoring.component import topic_policy
from tests.infra.monitoring import ALARM, FUNCTION, SERVICE, made

TOPIC = "aws:sns/topic:Topic"
MAIL = "aws:sns/topicSubscription:TopicSubscription"


def test_only_alarms_of_the_topic_s_own_account_and_region_may_publish() -> None:
    arn = "arn:aws:sns:eu-west-1:111122223333:alarms"
    assert json.loads(topic_policy(arn))["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": ["sns:Publish"],
            "Resource": [arn],
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "111122223333"},
                "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:*"},
            },
        }
    ]


def test_the_policy_names_the_partition_of_the_topic() -> None:
    assert "arn:aws-cn:cloudwatch:cn-north-1:1:alarm:*" in topic_policy("arn:aws-cn:sns:cn-north-1:1:alarms")


def test_the_topic_has_the_policy() -> None:
    found = made()
    topic = found.one(TOPIC).outputs["arn"]
    assert found.one("aws:sns/topicPolicy:TopicPolicy").inputs == {
        "arn": topic,
        "policy": topic_policy(topic),
    }


def test_the_topic_is_not_encrypted_unless_with_a_key_that_cloudwatch_may_use() -> None:
    """Under AWS's own key every notification is lost without an error."""
    assert "kmsMasterKeyId" not in made().one(TOPIC).inputs
    key = "arn:aws:kms:eu-central-1:123456789012:key/1"
    assert made(topic_kms_key_arn=key).one(TOPIC).inputs["kmsMasterKeyId"] == key


def test_every_address_is_subscribed_by_mail() -> None:
    found = made(emails=["ops@example.com", "ada@example.com"])
    topic = found.one(TOPIC).outputs["arn"]
    assert sorted(
        (r.inputs["endpoint"], r.inputs["protocol"], r.inputs["topic"]) for r in found.of_type(MAIL)
    ) == [
        ("ada@example.com", "email", topic),
        ("ops@example.com", "email", topic),
    ]


def test_another_order_of_addresses_changes_no_subscription() -> None:
    addresses = ["ops@example.com", "ada@example.com"]
    first, second = (
        {r.name: r.inputs["endpoint"] for r in made(emails=emails).of_type(MAIL)}
        for emails in (addresses, addresses[::-1])
    )
    assert first == second
    assert len(first) == 2


def test_an_address_stands_in_no_name() -> None:
    assert "example" not in made(emails=["ops@example.com"]).one(MAIL).name


def test_outputs_are_the_topic_the_alarms_and_an_address_a_dashboard() -> None:
    found = made(services=[SERVICE], functions=[FUNCTION])
    outputs = found.one("spot-inference:index:Monitoring").outputs
    assert outputs["topic_arn"] == found.one(TOPIC).outputs["arn"]
    assert sorted(outputs["alarm_arns"]) == sorted(alarm.outputs["arn"] for alarm in found.of_type(ALARM))
    console = (
        "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard"
    )
    drawn = found.one("random:index/randomId:RandomId").outputs["hex"]
    assert outputs["dashboard_urls"] == {
        "fargate": f"{console}/project-stack-watch-fargate-{drawn}",
        "lambda": f"{console}/project-stack-watch-lambda-{drawn}",
    }


def test_a_second_service_renames_nothing_of_the_first() -> None:
    one = {resource.name for resource in made(services=[SERVICE]).resources}
    two = {resource.name for resource in made(services=[{**SERVICE, "name": "b"}, SERVICE]).resources}
    assert one < two
