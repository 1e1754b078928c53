"""Every rule of the arguments, with the values on both sides of it."""

import pytest

from components import Monitoring
from components.base.arguments import ArgumentError
from tests.infra.monitoring import FUNCTION, SERVICE, made, refused
from tests.support.fake_aws import graph_of


def test_nothing_needs_to_be_given() -> None:
    types = [resource.type for resource in made().resources if resource.custom]
    assert sorted(types) == ["aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy"]


@pytest.mark.parametrize("address", ["ops", "ops@example", "a b@example.com", "@example.com"])
def test_what_is_no_mail_address_is_refused(address: str) -> None:
    assert f"emails must be mail addresses; got '{address}'" in refused(emails=["ops@example.com", address])


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("lambda_errors_threshold", -1),
        ("http_4xx_threshold", "many"),
        ("http_5xx_threshold", True),
        ("latency_seconds_threshold", 0),
        ("latency_seconds_threshold", 2000),
        ("memory_percent_threshold", 100),
        ("cpu_percent_threshold", 0.7),
        ("concurrency_percent_threshold", 101),
    ],
)
def test_a_threshold_that_could_never_be_passed_is_refused(key: str, wrong: object) -> None:
    message = refused(**{key: wrong})
    assert f"{key} must be a number" in message
    assert f"got {wrong!r}" in message


def test_two_watched_with_one_name_are_refused() -> None:
    message = refused(services=[SERVICE], functions=[{**FUNCTION, "name": "fargate"}])
    assert "services and functions must differ in name; 'fargate' is given twice" in message


@pytest.mark.parametrize("name", ["", "two words", "dotted.name", "x" * 65])
def test_a_name_must_fit_into_alarms_and_dashboards(name: str) -> None:
    assert "functions[0]: name must be" in refused(functions=[{**FUNCTION, "name": name}])


def test_what_is_missing_or_unknown_in_a_list_is_named_with_its_place() -> None:
    message = refused(services=[SERVICE, {"name": "b", "max_task": 1}])
    assert "services[1]: unknown argument 'max_task'; did you mean 'max_tasks'?" in message
    for key in ("cluster_name", "service_name", "load_balancer_arn_suffix", "target_group_arn_suffixes"):
        assert f"services[1]: missing argument '{key}'" in message
    assert "services[0]" not in message


def test_a_list_must_hold_mappings() -> None:
    assert "functions must be a list of mappings; got ['lambda']" in refused(functions=["lambda"])


@pytest.mark.parametrize("count", [0, 10])
def test_an_alarm_can_add_up_one_to_nine_target_groups(count: int) -> None:
    groups = [f"targetgroup/{at}/1" for at in range(count)]
    message = refused(services=[{**SERVICE, "target_group_arn_suffixes": groups}])
    assert "services[0]: target_group_arn_suffixes must be a list of 1 to 9 values" in message
    made(services=[{**SERVICE, "target_group_arn_suffixes": ["targetgroup/a/1"] * 9}])


def test_a_limit_that_one_ping_fills_is_refused() -> None:
    message = refused(functions=[{**FUNCTION, "concurrency_limit": 1}])
    assert "functions[0]: concurrency_limit must be a whole number of at least 2; got 1" in message
    made(functions=[{**FUNCTION, "concurrency_limit": 2}])


@pytest.mark.parametrize("key", ["alias/aws/sns", "arn:aws:kms:eu-central-1:123456789012:alias/aws/sns"])
def test_the_key_under_which_every_notification_would_be_lost_is_refused(key: str) -> None:
    assert "topic_kms_key_arn must be a key of your own" in refused(topic_kms_key_arn=key)


def test_a_name_that_the_topic_could_not_have_is_refused() -> None:
    with pytest.raises(ArgumentError, match="its name must be lower-case"):
        graph_of(lambda: Monitoring("Watch", {}))
