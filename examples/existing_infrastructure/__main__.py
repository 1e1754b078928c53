"""A model on Fargate Spot in a VPC, a cluster, behind a balancer and in a bucket that exist already."""

import pulumi
from spot_inference import ApiCredentials, InferenceImage, ModelBucket, SpotFargateService

config = pulumi.Config()

models = ModelBucket(
    "models",
    {
        "models": ["../../model_artifacts/gpa_to_sat"],
        "existing_bucket_name": config.require("bucketName"),
    },
)
image = InferenceImage("app", {"force_delete": True})
logins = ApiCredentials("logins", {"recovery_window_days": 0})
service = SpotFargateService(
    "scores",
    {
        "image_uri": image.image_uri,
        "application": {
            "models": models.models,
            "default_model": "gpa_to_sat",
            "model_bucket_arn": models.bucket_arn,
            "signing_keys_arn": logins.signing_keys_arn,
            "users_arn": logins.users_arn,
        },
        "vpc_id": config.require("vpcId"),
        "private_subnet_ids": config.require_object("privateSubnetIds"),
        "existing_cluster_arn": config.require("clusterArn"),
        "existing_listener_arn": config.require("listenerArn"),
        "existing_load_balancer_arn_suffix": config.require("balancerArnSuffix"),
        "existing_load_balancer_security_group_id": config.require("balancerSecurityGroupId"),
        "existing_url": "https://scores.example.com",
        "listener_rule_hosts": ["scores.example.com"],
        "listener_rule_priority": 210,
    },
)

pulumi.export("url", service.url)
pulumi.export("login", logins.login_command)
