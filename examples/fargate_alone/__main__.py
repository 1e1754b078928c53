"""A model on Fargate Spot only: one task on demand, the others on Spot."""

import pulumi
from spot_inference import ApiCredentials, InferenceImage, ModelBucket, Network, SpotFargateService

models = ModelBucket("models", {"models": ["../../model_artifacts/flight_delay"], "force_destroy": True})
image = InferenceImage("app", {"force_delete": True})
logins = ApiCredentials("logins", {"recovery_window_days": 0})
network = Network("network", {})
service = SpotFargateService(
    "flights",
    {
        "image_uri": image.image_uri,
        "application": {
            "models": models.models,
            "default_model": "flight_delay",
            "model_bucket_arn": models.bucket_arn,
            "signing_keys_arn": logins.signing_keys_arn,
            "users_arn": logins.users_arn,
        },
        "vpc_id": network.vpc_id,
        "public_subnet_ids": network.public_subnet_ids,
        "private_subnet_ids": network.private_subnet_ids,
        "min_tasks": 2,
        "max_tasks": 4,
        "on_demand_base": 1,
        # Give certificate_arn and domain_name instead: tokens travel in the clear here.
        "allow_plain_http": True,
    },
)

pulumi.export("url", service.url)
pulumi.export("login", logins.login_command)
