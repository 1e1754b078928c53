"""The committed stack dev is cheap, serves on both hosts and can be taken away."""

import json

from tests.support.stacks import dev


def test_dev_runs_one_to_two_small_tasks_all_on_spot() -> None:
    service = dev().one("aws:ecs/service:Service")
    assert service.inputs["desiredCount"] == 1
    assert service.inputs["capacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 1}
    ]
    target = dev().one("aws:appautoscaling/target:Target")
    assert (target.inputs["minCapacity"], target.inputs["maxCapacity"]) == (1, 2)
    task = dev().one("aws:ecs/taskDefinition:TaskDefinition")
    assert (task.inputs["cpu"], task.inputs["memory"]) == ("256", "512")


def test_dev_pays_for_one_nat_gateway() -> None:
    assert dev().one("awsx:ec2:Vpc").inputs["natGateways"] == {"strategy": "Single"}


def test_dev_keeps_every_log_for_a_week() -> None:
    groups = dev().of_type("aws:cloudwatch/logGroup:LogGroup")
    assert len(groups) == 3
    assert {group.inputs["retentionInDays"] for group in groups} == {7}


def test_dev_protects_nothing_and_lets_destroy_empty_bucket_and_repository() -> None:
    assert [resource.name for resource in dev().resources if resource.protect] == []
    assert dev().one("aws:s3/bucket:Bucket").inputs["forceDestroy"] is True
    assert dev().one("aws:ecr/repository:Repository").inputs["forceDelete"] is True
    assert dev().one("aws:lb/loadBalancer:LoadBalancer").inputs["enableDeletionProtection"] is False
    secrets = dev().of_type("aws:secretsmanager/secret:Secret")
    assert [secret.inputs["recoveryWindowInDays"] for secret in secrets] == [0, 0, 0]


def test_dev_serves_plain_http_on_purpose() -> None:
    listener = dev().one("aws:lb/listener:Listener")
    assert (listener.inputs["port"], listener.inputs["protocol"]) == (80, "HTTP")
    assert dev().exports["fargateUrl"].startswith("http://")


def test_both_hosts_serve_the_same_models_keys_and_users_from_the_same_image() -> None:
    task = dev().one("aws:ecs/taskDefinition:TaskDefinition")
    container = json.loads(task.inputs["containerDefinitions"])[0]
    function = dev().one("aws:lambda/function:Function")
    assert container["image"] == function.inputs["imageUri"] == dev().exports["imageUri"]
    task_environment = {variable["name"]: variable["value"] for variable in container["environment"]}
    function_environment = function.inputs["environment"]["variables"]
    shared = {"MODELS", "DEFAULT_MODEL", "SIGNING_KEYS", "USERS", "TOKEN_ISSUER", "TOKEN_AUDIENCE"}
    assert shared <= function_environment.keys()
    assert {key: task_environment[key] for key in function_environment} == function_environment


def test_tokens_of_one_stack_are_no_good_on_another() -> None:
    function = dev().one("aws:lambda/function:Function")
    assert function.inputs["environment"]["variables"]["TOKEN_ISSUER"] == "spot-inference-dev"
    assert function.inputs["environment"]["variables"]["TOKEN_AUDIENCE"] == "spot-inference-dev"


def test_the_three_models_are_served() -> None:
    environment = dev().one("aws:lambda/function:Function").inputs["environment"]["variables"]
    assert [model["name"] for model in json.loads(environment["MODELS"])] == [
        "flight_delay",
        "gpa_to_sat",
        "digits",
    ]


def test_the_functions_environment_has_room_for_more_models() -> None:
    environment = dev().one("aws:lambda/function:Function").inputs["environment"]["variables"]
    assert sum(len(key) + len(value) for key, value in environment.items()) < 4096 / 2


def test_flight_delay_answers_where_no_model_is_named() -> None:
    function = dev().one("aws:lambda/function:Function")
    assert function.inputs["environment"]["variables"]["DEFAULT_MODEL"] == "flight_delay"
