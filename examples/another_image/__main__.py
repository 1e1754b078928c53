"""An image of your own behind an HTTP API: it brings the Lambda runtime client, the library nothing."""

import pulumi
from spot_inference import ApiGatewayLambda

config = pulumi.Config()
function = ApiGatewayLambda(
    "mine",
    {
        "image_uri": config.require("imageUri"),
        "application": {"environment": {"GREETING": "hello"}},
        "memory": 512,
        "throttle_rate": 10,
    },
)

pulumi.export("url", function.url)
pulumi.export("function", function.function_name)
