"""A model on Fargate Spot and on Lambda, with users, alarms and dashboards."""

import pulumi
from spot_inference import (
    ApiCredentials,
    ApiGatewayLambda,
    ApplicationArgs,
    InferenceImage,
    ModelBucket,
    Monitoring,
    Network,
    SpotFargateService,
)

models = ModelBucket("scores", {"models": ["../../model_artifacts/gpa_to_sat"], "force_destroy": True})
image = InferenceImage("server", {"force_delete": True})
logins = ApiCredentials("logins", {"users": ["anna", "ben"], "recovery_window_days": 0})
application: ApplicationArgs = {
    "models": models.models,
    "default_model": "gpa_to_sat",
    "model_bucket_arn": models.bucket_arn,
    "signing_keys_arn": logins.signing_keys_arn,
    "users_arn": logins.users_arn,
}

network = Network("net", {"cidr_block": "10.20.0.0/16"})
service = SpotFargateService(
    "steady",
    {
        "image_uri": image.image_uri,
        "application": application,
        "vpc_id": network.vpc_id,
        "public_subnet_ids": network.public_subnet_ids,
        "private_subnet_ids": network.private_subnet_ids,
        "max_tasks": 4,
        "allow_plain_http": True,
    },
)
function = ApiGatewayLambda("bursts", {"image_uri": image.image_uri, "application": application})
watch = Monitoring(
    "watch",
    {
        "emails": ["ops@example.com"],
        "services": [
            {
                "name": "steady",
                "cluster_name": service.cluster_name,
                "service_name": service.service_name,
                "load_balancer_arn_suffix": service.load_balancer_arn_suffix,
                "target_group_arn_suffixes": service.target_group_arn_suffixes,
                "max_tasks": 4,
            }
        ],
        "functions": [{"name": "bursts", "function_name": function.function_name, "api_id": function.api_id}],
    },
)

pulumi.export("steady", service.url)
pulumi.export("bursts", function.url)
pulumi.export("dashboards", watch.dashboard_urls)
pulumi.export("login", logins.login_command)
