"""What runs, as whom, and with which rights."""

import json
from typing import Any

import pytest

from components.spot_fargate_service.task import container_definition, execution, family
from local_cloud.recording import Graph
from tests.infra.spot_fargate_service.samples import IMAGE, PLAIN, SECRET, service

DEFINITION, LOGS = "aws:ecs/taskDefinition:TaskDefinition", "aws:cloudwatch/logGroup:LogGroup"
ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
LOG_ARN = "arn:aws:logs:eu-central-1:123456789012:log-group:api-logs"
APPLICATION = {
    "models": [{"name": "m", "uri": "s3://b/x", "version": "1", "sha256": "11", "manifest_sha256": "22"}],
    "model_bucket_arn": "arn:aws:s3:::bucket",
    "signing_keys_arn": f"{SECRET}keys",
    "users_arn": f"{SECRET}users",
}


def container(graph: Graph) -> dict[str, Any]:
    (found,) = json.loads(graph.one(DEFINITION).inputs["containerDefinitions"])
    assert isinstance(found, dict)
    return found


def statements(graph: Graph, role: str) -> list[dict[str, Any]]:
    document = json.loads(graph.one(ROLE_POLICY, f"api-{role}-policy").inputs["policy"])
    found: list[dict[str, Any]] = document["Statement"]
    return found


def test_the_container_is_confined() -> None:
    found = container_definition(IMAGE, {}, "logs", "eu-central-1")
    assert found["readonlyRootFilesystem"] is True
    assert found["linuxParameters"] == {"capabilities": {"drop": ["ALL"]}, "initProcessEnabled": True}
    assert "privileged" not in found
    # The image names a user of its own; a user here would hide a wrong one there.
    assert "user" not in found


def test_only_tmp_can_be_written() -> None:
    graph = service(PLAIN)
    assert graph.one(DEFINITION).inputs["volumes"] == [{"name": "tmp"}]
    assert container(graph)["mountPoints"] == [
        {"sourceVolume": "tmp", "containerPath": "/tmp", "readOnly": False}
    ]


def test_the_container_has_time_to_drain_and_says_when_it_lives() -> None:
    found = container(service(PLAIN))
    assert found["stopTimeout"] == 120
    check = found["healthCheck"]
    assert check["command"][:4] == ["CMD", "python", "-IS", "-c"]
    assert "'/healthz'" in check["command"][4]
    compile(check["command"][4], "health", "exec")
    assert (check["interval"], check["timeout"], check["retries"], check["startPeriod"]) == (30, 5, 3, 60)


def test_logs_never_hold_up_a_request_and_end_as_wanted() -> None:
    graph = service({**PLAIN, "log_retention_days": 7})
    assert graph.one(LOGS).inputs["retentionInDays"] == 7
    assert container(graph)["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "api-logs",
            "awslogs-region": "eu-central-1",
            "awslogs-stream-prefix": "app",
            "mode": "non-blocking",
            "max-buffer-size": "25m",
        },
    }
    assert graph.exports["log_group_name"] == "api-logs"


def test_ports_are_whole_numbers_and_the_balancer_uses_only_the_first() -> None:
    graph = service(PLAIN)
    assert container(graph)["portMappings"] == [
        {"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"},
        {"containerPort": 9090, "hostPort": 9090, "protocol": "tcp"},
    ]
    assert ".0" not in graph.one(DEFINITION).inputs["containerDefinitions"].replace("127.0.0.1", "")
    (target,) = graph.one("aws:ecs/service:Service").inputs["loadBalancers"]
    assert (target["containerName"], target["containerPort"]) == ("app", 8080)
    assert container(graph)["name"] == "app"


def test_the_environment_is_the_contract_and_holds_no_secret() -> None:
    found = container(service({**PLAIN, "application": APPLICATION, "cpu": 1024.0, "memory": 2048}))
    assert "secrets" not in found
    assert {pair["name"]: pair["value"] for pair in found["environment"]} == {
        "AWS_REGION": "eu-central-1",
        "CPU_UNITS": "1024",
        "DRAIN_SECONDS": "15",
        "LOG_LEVEL": "info",
        "MEMORY_MIB": "2048",
        "METRICS_PORT": "9090",
        "MODELS": json.dumps(APPLICATION["models"], sort_keys=True),
        "PORT": "8080",
        "SERVER": "waitress",
        "SIGNING_KEYS": f"{SECRET}keys",
        "TOKEN_SECONDS": "3600",
        "TRUSTED_PROXY_HOPS": "1",
        "USERS": f"{SECRET}users",
    }
    names = [pair["name"] for pair in found["environment"]]
    assert names == sorted(names)


def test_the_application_runs_on_the_server_that_was_chosen() -> None:
    found = container(service({**PLAIN, "server": "granian"}))
    assert {"name": "SERVER", "value": "granian"} in found["environment"]


def test_the_definition_is_of_fargate_and_stays_for_a_rollback() -> None:
    inputs = service({**PLAIN, "architecture": "ARM64"}).one(DEFINITION).inputs
    assert inputs["requiresCompatibilities"] == ["FARGATE"]
    assert inputs["networkMode"] == "awsvpc"
    assert (inputs["cpu"], inputs["memory"]) == ("256", "512")
    assert inputs["runtimePlatform"] == {"operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64"}
    assert inputs["skipDestroy"] is True


def test_two_stacks_never_share_a_family_even_under_one_name() -> None:
    graph = service(PLAIN)
    drawn = graph.one("random:index/randomId:RandomId", "api-suffix").outputs["hex"]
    assert graph.one(DEFINITION).inputs["family"] == f"ours-dev-api-{drawn}"
    assert family("my.project", "dev", "api", drawn) == f"my-project-dev-api-{drawn}"


def test_ecs_starts_the_task_with_this_repository_and_this_log_group_only() -> None:
    assert statements(service(PLAIN), "execution") == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [f"{LOG_ARN}:*"],
        },
        {
            "Effect": "Allow",
            "Action": [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            "Resource": ["arn:aws:ecr:eu-central-1:123456789012:repository/app"],
        },
        # IAM knows no resource for a login to ECR.
        {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": ["*"]},
    ]


@pytest.mark.parametrize(
    ("image", "log_group", "repository"),
    [
        (
            "1" * 12 + ".dkr.ecr.us-east-1.amazonaws.com/a/b:t",
            LOG_ARN,
            "arn:aws:ecr:us-east-1:111111111111:repository/a/b",
        ),
        # Known only in part in a preview: the digest is an empty text there.
        (
            "1" * 12 + ".dkr.ecr.us-east-1.amazonaws.com/a@",
            LOG_ARN,
            "arn:aws:ecr:us-east-1:111111111111:repository/a",
        ),
        (
            "1" * 12 + ".dkr.ecr.cn-north-1.amazonaws.com.cn/a@sha256:0",
            "arn:aws-cn:logs:cn-north-1:111111111111:log-group:l",
            "arn:aws-cn:ecr:cn-north-1:111111111111:repository/a",
        ),
    ],
)
def test_the_repository_is_read_from_the_image(image: str, log_group: str, repository: str) -> None:
    assert json.loads(execution(image, log_group))["Statement"][1]["Resource"] == [repository]


@pytest.mark.parametrize("image", ["public.ecr.aws/a/b:1", "docker.io/library/python@sha256:0", ""])
def test_an_image_from_elsewhere_needs_no_right_to_ecr(image: str) -> None:
    assert "ecr:" not in execution(image, LOG_ARN)


def test_the_application_reads_its_models_and_secrets_and_nothing_else() -> None:
    assert statements(service({**PLAIN, "application": APPLICATION}), "task") == [
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::bucket/models/*"]},
        {
            "Effect": "Allow",
            "Action": ["secretsmanager:GetSecretValue"],
            "Resource": [f"{SECRET}keys", f"{SECRET}users"],
        },
    ]


def test_an_application_without_rights_has_no_policy() -> None:
    assert [policy.name for policy in service(PLAIN).of_type(ROLE_POLICY)] == ["api-execution-policy"]


def test_each_role_is_for_ecs_tasks_of_this_account_only() -> None:
    graph = service({**PLAIN, "application": APPLICATION})
    assert {role.name for role in graph.of_type(ROLE)} == {"api-task-role", "api-execution-role"}
    for role in graph.of_type(ROLE):
        assert json.loads(role.inputs["assumeRolePolicy"])["Statement"] == [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": "123456789012"},
                    "ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-central-1:123456789012:*"},
                },
            }
        ]
    policies = {policy.name: policy.inputs["role"] for policy in graph.of_type(ROLE_POLICY)}
    assert policies == {"api-execution-policy": "api-execution-role", "api-task-policy": "api-task-role"}
    definition = graph.one(DEFINITION).inputs
    assert (
        definition["taskRoleArn"]
        == graph.exports["task_role_arn"]
        == "arn:aws:iam::123456789012:role/api-task-role"
    )
    assert definition["executionRoleArn"] == "arn:aws:iam::123456789012:role/api-execution-role"
