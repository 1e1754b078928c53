"""A model on Lambda only: no network, no balancer, nothing to pay while nobody asks."""

import pulumi
from spot_inference import ApiCredentials, ApiGatewayLambda, InferenceImage, ModelBucket

models = ModelBucket("models", {"models": ["../../model_artifacts/gpa_to_sat"], "force_destroy": True})
image = InferenceImage("app", {"force_delete": True})
logins = ApiCredentials("logins", {"recovery_window_days": 0})
function = ApiGatewayLambda(
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
        "warm_up_minutes": 0,
    },
)

pulumi.export("url", function.url)
pulumi.export("login", logins.login_command)
