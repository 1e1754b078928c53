"""Only the bucket: releases of models that other programs serve, each under the digest of its content."""

import pulumi
from spot_inference import ModelBucket

models = ModelBucket(
    "releases",
    {
        "models": ["../../model_artifacts/gpa_to_sat", "../../model_artifacts/flight_delay"],
        "force_destroy": True,
    },
)

pulumi.export("bucket", models.bucket_name)
pulumi.export("releases", models.models)
