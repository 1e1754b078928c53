"""The looks through a recorded graph see what they are there for."""

from collections.abc import Callable
from typing import Any

import pulumi_aws as aws
import pytest

from tests.support.fake_aws import graph_of


def target_group(health_check: Any) -> Callable[[], object]:
    return lambda: aws.lb.TargetGroup("group", health_check=health_check)


def policy(document: str) -> Callable[[], object]:
    return lambda: aws.iam.RolePolicy("policy", role="role", policy=document)


def test_what_is_spelt_right_and_whole_passes() -> None:
    graph_of(target_group({"path": "/readyz", "interval": 5}))
    graph_of(policy('{"Statement": [{"Resource": ["arn:a"]}]}'))


def test_a_misspelt_nested_key_is_seen() -> None:
    with pytest.raises(AssertionError, match=r"group: \.healthCheck\.pth is unknown"):
        graph_of(target_group({"pth": "/readyz"}))


def test_a_missing_nested_key_is_seen() -> None:
    listener: Any = {"listener_arn": "arn:l", "conditions": [{}], "actions": [{"order": 1}]}
    with pytest.raises(AssertionError, match=r"rule: \.actions\[\] .*missing 1 required.*'type'"):
        graph_of(lambda: aws.lb.ListenerRule("rule", **listener))


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ('{"Statement": [{"Resource": [null]}]}', r"\$\.Statement\[0\]\.Resource\[0\]"),
        ('[{"environment": [{"name": "MODELS", "value": "[{\\"uri\\": null}]"}]}]', r"value\[0\]\.uri"),
    ],
)
def test_a_null_in_a_document_is_seen_also_in_one_within_another(document: str, place: str) -> None:
    with pytest.raises(AssertionError, match=f"policy: policy has a null at .*{place}"):
        graph_of(policy(document))
