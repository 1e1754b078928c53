"""Alarms and dashboards for a service and a function that another program made."""

import pulumi
from spot_inference import Monitoring

config = pulumi.Config()
watch = Monitoring(
    "watch",
    {
        "emails": ["ops@example.com"],
        "services": [
            {
                "name": "shop",
                "cluster_name": config.require("clusterName"),
                "service_name": config.require("serviceName"),
                "load_balancer_arn_suffix": config.require("balancerArnSuffix"),
                "target_group_arn_suffixes": [config.require("targetGroupArnSuffix")],
            }
        ],
        "functions": [
            {
                "name": "search",
                "function_name": config.require("functionName"),
                "api_id": config.require("apiId"),
            }
        ],
        "cpu_percent_threshold": 90,
    },
)

pulumi.export("topic", watch.topic_arn)
pulumi.export("alarms", watch.alarm_arns)
pulumi.export("dashboards", watch.dashboard_urls)
