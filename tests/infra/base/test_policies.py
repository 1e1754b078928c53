"""IAM documents are plain functions: what goes in is what stands in the JSON, and nothing else."""

import json

from components.base.policies import allow, deny, policy, trust


def test_a_statement_holds_what_it_was_given() -> None:
    assert allow(["s3:GetObject"], ["arn:a"], Condition={"Bool": {"x": "true"}}) == {
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": ["arn:a"],
        "Condition": {"Bool": {"x": "true"}},
    }
    assert deny(["s3:*"], ["arn:a"], Principal="*") == {
        "Effect": "Deny",
        "Action": ["s3:*"],
        "Resource": ["arn:a"],
        "Principal": "*",
    }


def test_a_policy_is_canonical_json() -> None:
    assert policy([allow(["a:b"], ["arn:a"])]) == (
        '{"Statement": [{"Action": ["a:b"], "Effect": "Allow", "Resource": ["arn:a"]}], '
        '"Version": "2012-10-17"}'
    )


def test_a_statement_about_no_resource_is_left_out() -> None:
    assert json.loads(policy([allow(["a:b"], []), allow(["a:c"], ["arn:c"])]))["Statement"] == [
        {"Action": ["a:c"], "Effect": "Allow", "Resource": ["arn:c"]}
    ]


def test_a_trust_policy_names_one_service_and_its_conditions() -> None:
    assert json.loads(trust("ecs-tasks.amazonaws.com", StringEquals={"aws:SourceAccount": "1"})) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": "1"}},
            }
        ],
    }
    assert "Condition" not in trust("lambda.amazonaws.com")
