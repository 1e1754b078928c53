"""The program that `pulumi up` runs for a stack: settings → components → exports."""

import gc

import pulumi

# Half a second of three: a run this short leaves nothing that would have to be collected.
gc.disable()

from components import (  # noqa: E402 - the imports are where most of it is saved
    ApiCredentials,
    ApiGatewayLambda,
    ApplicationArgs,
    FunctionToWatch,
    InferenceImage,
    ModelBucket,
    Monitoring,
    Network,
    NetworkArgs,
    ServiceToWatch,
    SpotFargateService,
)
from stack_settings import read_settings  # noqa: E402

settings = read_settings()

# What both hosts stand on: the models, the image, who may log in.
models = ModelBucket(
    "models",
    {"models": settings.models, "force_destroy": not settings.protect, "protect": settings.protect},
)
image = InferenceImage("app", {"force_delete": not settings.protect, "protect": settings.protect})
credentials = ApiCredentials(
    "credentials",
    {
        "users": settings.users,
        "signing_key_ids": settings.signing_key_ids,
        "recovery_window_days": 30 if settings.protect else 0,
        "protect": settings.protect,
    },
)
# One issuer for both hosts: a token from either is good on the other, and on no other stack.
issuer = f"{pulumi.get_project()}-{pulumi.get_stack()}"
application: ApplicationArgs = {
    "models": models.models,
    "default_model": settings.default_model,
    "model_bucket_arn": models.bucket_arn,
    "signing_keys_arn": credentials.signing_keys_arn,
    "users_arn": credentials.users_arn,
    "token_issuer": issuer,
    "token_audience": issuer,
    "token_seconds": settings.token_seconds,
    "log_level": settings.log_level,
}

urls: dict[str, pulumi.Output[str]] = {}
services: list[ServiceToWatch] = []
functions: list[FunctionToWatch] = []

if settings.on_fargate:
    existing_network: NetworkArgs = {
        "existing_vpc_id": settings.existing_vpc_id,
        "existing_public_subnet_ids": settings.existing_public_subnet_ids,
        "existing_private_subnet_ids": settings.existing_private_subnet_ids,
    }
    new_network: NetworkArgs = {"zones": settings.zones, "nat_gateways": settings.nat_gateways}
    network = Network("network", existing_network if settings.existing_vpc_id else new_network)
    service = SpotFargateService(
        "fargate",
        {
            "image_uri": image.image_uri,
            "application": application,
            "vpc_id": network.vpc_id,
            "public_subnet_ids": network.public_subnet_ids,
            "private_subnet_ids": network.private_subnet_ids,
            "cpu": settings.cpu,
            "memory": settings.memory,
            "min_tasks": settings.min_tasks,
            "max_tasks": settings.max_tasks,
            "on_demand_base": settings.on_demand_base,
            "on_demand_weight": settings.on_demand_weight,
            "spot_weight": settings.spot_weight,
            "cpu_target_percent": settings.cpu_target_percent,
            "requests_per_target": settings.requests_per_target,
            "server": settings.server,
            "certificate_arn": settings.certificate_arn or None,
            "domain_name": settings.domain_name or None,
            "hosted_zone_id": settings.hosted_zone_id or None,
            "allow_plain_http": settings.allow_plain_http,
            "log_retention_days": settings.log_retention_days,
            "protect": settings.protect,
        },
    )
    urls["fargateUrl"] = service.url
    services.append(
        {
            "name": "fargate",
            "cluster_name": service.cluster_name,
            "service_name": service.service_name,
            "load_balancer_arn_suffix": service.load_balancer_arn_suffix,
            "target_group_arn_suffixes": service.target_group_arn_suffixes,
            "max_tasks": settings.max_tasks,
        }
    )

if settings.on_lambda:
    function = ApiGatewayLambda(
        "lambda",
        {
            "image_uri": image.image_uri,
            "application": application,
            "memory": settings.function_memory,
            "reserved_concurrency": settings.function_concurrency or None,
            "warm_up_minutes": settings.warm_up_minutes,
            "log_retention_days": settings.log_retention_days,
        },
    )
    urls["lambdaUrl"] = function.url
    functions.append(
        {
            "name": "lambda",
            "function_name": function.function_name,
            "alias_name": function.alias_name,
            "api_id": function.api_id,
            "stage_name": function.stage_name,
            "concurrency_limit": settings.function_concurrency or None,
        }
    )

monitoring = Monitoring(
    "monitoring", {"emails": settings.alarm_emails, "services": services, "functions": functions}
)

pulumi.export("url", next(iter(urls.values())))
for name, url in urls.items():
    pulumi.export(name, url)
pulumi.export("modelBucket", models.bucket_name)
pulumi.export("imageUri", image.image_uri)
pulumi.export("dashboardUrls", monitoring.dashboard_urls)
pulumi.export("loginCommand", credentials.login_command)
