"""Which arguments go together; what does not is refused with the way out."""

from typing import Any

import pytest

from tests.infra.spot_fargate_service.samples import EXISTING, HTTPS, PLAIN, refused, service


@pytest.mark.parametrize("args", [PLAIN, HTTPS, EXISTING])
def test_the_three_ways_to_be_reached_are_accepted(args: dict[str, Any]) -> None:
    service(args)


def test_plain_http_must_be_wanted() -> None:
    args = {key: value for key, value in PLAIN.items() if key != "allow_plain_http"}
    assert refused(args).endswith(
        "HTTPS needs certificate_arn and domain_name; without them set allow_plain_http to true to serve "
        "plain HTTP on purpose, or give existing_listener_arn of a balancer that has HTTPS"
    )
    assert "HTTPS needs" in refused({**args, "allow_plain_http": False})


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"certificate_arn": "arn:c"}, "certificate_arn needs domain_name as well"),
        ({"domain_name": "a.example"}, "domain_name needs certificate_arn as well"),
        (
            {"hosted_zone_id": "Z1"},
            "hosted_zone_id needs certificate_arn and domain_name, whose record it gets",
        ),
        (
            {"listener_rule_paths": ["/a"]},
            "listener_rule_paths needs existing_listener_arn: the service's own",
        ),
        ({"listener_rule_priority": 7}, "listener_rule_priority needs existing_listener_arn"),
        ({"public_subnet_ids": None}, "missing argument 'public_subnet_ids', the subnets of the balancer"),
        (
            {"public_subnet_ids": ["subnet-1"]},
            "public_subnet_ids must be a list of at least 2 values; got ['",
        ),
        ({"private_subnet_ids": ["subnet-1"]}, "private_subnet_ids must be a list of at least 2 values"),
        ({"architecture": "arm"}, "architecture must be one of X86_64, ARM64; got 'arm'"),
        ({"server": "gunicorn"}, "server must be one of waitress, granian; got 'gunicorn'"),
        (
            {"application": {"environment": {"SERVER": "granian"}}},
            "application: environment must not set SERVER, which the service sets itself",
        ),
        ({"cpu_target_percent": 100}, "cpu_target_percent must be a whole number from 10 to 95; got 100"),
        ({"log_retention_days": 13}, "log_retention_days must be one of 1, 3, 5, 7, 14, 30"),
        ({"application": {"log_level": "x"}}, "application: log_level must be one of debug, info"),
        (
            {"application": {"environment": {"PORT": "9000"}}},
            "application: environment must not set PORT, which the service sets itself",
        ),
        ({"deletion_protection": True}, "unknown argument 'deletion_protection'"),
    ],
)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], problem: str) -> None:
    assert problem in refused({**PLAIN, **given})


@pytest.mark.parametrize(
    "key",
    ["existing_load_balancer_arn_suffix", "existing_load_balancer_security_group_id", "existing_url"],
)
def test_an_existing_listener_is_described_completely(key: str) -> None:
    assert f"needs {key} as well" in refused({**EXISTING, key: None})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("public_subnet_ids", ["subnet-1", "subnet-2"]),
        ("certificate_arn", "arn:c"),
        ("domain_name", "a.example"),
        ("hosted_zone_id", "Z1"),
        ("allow_plain_http", True),
        ("access_logs_bucket", "logs"),
        ("protect", True),
    ],
)
def test_an_existing_balancer_is_not_configured(key: str, value: Any) -> None:
    assert f"existing_listener_arn cannot stand beside {key}" in refused({**EXISTING, key: value})


@pytest.mark.parametrize("hosts", [[], ["a", "b", "c", "d", "e", "f"]])
def test_a_rule_compares_one_to_five_values(hosts: list[str]) -> None:
    message = refused({**EXISTING, "listener_rule_hosts": hosts})
    assert f"listener_rule_hosts or listener_rule_paths, 1 to 5 values together; got {len(hosts)}" in message


def test_a_name_that_the_balancer_could_not_carry_is_refused() -> None:
    assert "must have at most 21 characters" in refused(PLAIN, name="a" * 22)
    assert "not with sg- or internal-; got 'sg-models'" in refused(PLAIN, name="sg-models")


def test_all_problems_stand_in_one_error() -> None:
    message = refused({"image_uri": "x", "cpu": 255, "min_tasks": 0, "vpc": "vpc-1"})
    assert message.startswith("SpotFargateService 'api': 7 problems with its arguments\n")
    for key in (
        "'vpc'",
        "'vpc_id'",
        "'private_subnet_ids'",
        "'public_subnet_ids'",
        "cpu",
        "min_tasks",
        "HTTPS",
    ):
        assert key in message
