"""moto answers on a free port of this machine, judges what it can, and shows dashboards."""

import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from local_cloud.aws import Aws

NOBODY = {"Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::guarded/*"]}


def test_it_listens_on_this_machine_only(aws: Aws) -> None:
    assert aws.endpoint.startswith("http://127.0.0.1:")


def test_a_policy_s_condition_is_kept_and_not_judged_what_has_none_is(aws: Aws) -> None:
    place = {"LocationConstraint": aws.region}
    aws.call("s3.create_bucket", Bucket="guarded", CreateBucketConfiguration=place)

    def policy(**more: object) -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": [{**NOBODY, **more}]})

    tls = policy(Condition={"Bool": {"aws:SecureTransport": "false"}})
    aws.call("s3.put_bucket_policy", Bucket="guarded", Policy=tls)
    aws.call("s3.put_object", Bucket="guarded", Key="k", Body=b"x")
    assert aws.call("s3.get_bucket_policy", Bucket="guarded")["Policy"] == tls
    aws.call("s3.put_bucket_policy", Bucket="guarded", Policy=policy())
    with pytest.raises(ClientError, match="403"):
        aws.call("s3.put_object", Bucket="guarded", Key="k", Body=b"x")


def test_a_function_needs_an_image_that_is_in_ecr(aws: Aws) -> None:
    uri = f"{aws.account}.dkr.ecr.{aws.region}.amazonaws.com/none@sha256:{'0' * 64}"
    role = f"arn:aws:iam::{aws.account}:role/any"
    with pytest.raises(ClientError, match="RepositoryNotFoundException"):
        aws.call(
            "lambda.create_function",
            **{"FunctionName": "f", "PackageType": "Image", "Code": {"ImageUri": uri}, "Role": role},
        )


def test_a_dashboard_answers_under_its_name_and_another_does_not(aws: Aws) -> None:
    body = {"widgets": [{"type": "metric", "properties": {"title": "Errors", "metrics": [["N", "M"]]}}]}
    aws.call("cloudwatch.put_dashboard", DashboardName="shown", DashboardBody=json.dumps(body))
    with urllib.request.urlopen(f"{aws.endpoint}/dashboards/shown") as answer:
        assert b"Errors" in answer.read()
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        urllib.request.urlopen(f"{aws.endpoint}/dashboards/none")
    refused.value.close()
