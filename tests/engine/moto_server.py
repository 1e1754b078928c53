"""moto as a server with what the AWS provider needs and moto lacks: python -m tests.engine.moto_server PORT.

Each function below closes one gap: it says what AWS does, what moto does, and what the provider makes of it.
"""

import functools
import json
import logging
import sys
from collections.abc import Callable
from typing import Any

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.awslambda.models import LambdaFunction
from moto.ecs.models import Service
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from local_cloud.moto_server import let_conditions_pass

# Of a service, what moto drops when it is created: the parameter and moto's attribute, of which it answers.
DROPPED = {
    "availabilityZoneRebalancing": "availability_zone_rebalancing",
    "capacityProviderStrategy": "capacity_provider_strategy",
    "deploymentConfiguration": "deployment_configuration",
    "enableECSManagedTags": "enable_ecs_managed_tags",
    "enableExecuteCommand": "enable_execute_command",
    "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
}
Call = Callable[..., Any]


class QuietHandler(MotoRequestHandler):
    """Writes no line for each request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, *_: Any) -> None:
        """Says nothing."""


def close_gaps() -> None:
    """Closes all of them, in this process."""
    let_conditions_pass()
    _tag_scalable_targets()
    _keep_what_a_service_was_given()
    _name_no_empty_image_configuration()
    _obey_deletion_protection()


def _tag_scalable_targets() -> None:
    """AWS keeps tags of a scalable target; moto has no such call, and the provider reads them at once."""
    responses: Any = ApplicationAutoScalingResponse
    register = responses.register_scalable_target

    def tags(call: Any, arn: str) -> dict[str, str]:
        # On the backend, so that moto's reset forgets them with the targets.
        kept: dict[str, dict[str, str]] = vars(call.applicationautoscaling_backend).setdefault("tags_of", {})
        return kept.setdefault(arn, {})

    def register_scalable_target(call: Any) -> str:
        answer: str = register(call)
        tags(call, json.loads(answer)["ScalableTargetARN"]).update(call._get_param("Tags") or {})
        return answer

    def list_tags_for_resource(call: Any) -> str:
        return json.dumps({"Tags": tags(call, call._get_param("ResourceARN"))})

    def tag_resource(call: Any) -> str:
        tags(call, call._get_param("ResourceARN")).update(call._get_param("Tags"))
        return "{}"

    def untag_resource(call: Any) -> str:
        for key in call._get_param("TagKeys"):
            tags(call, call._get_param("ResourceARN")).pop(key, None)
        return "{}"

    for method in (register_scalable_target, list_tags_for_resource, tag_resource, untag_resource):
        setattr(responses, method.__name__, method)


def _keep_what_a_service_was_given() -> None:
    """AWS starts a service's tasks and keeps its settings; moto starts none, and drops some of them.

    The provider waits for a steady service, and would set what was dropped in every update again.
    """
    responses: Any = EC2ContainerServiceResponse

    def keep(call: Any, service: Service) -> None:
        for parameter, attribute in DROPPED.items():
            if (value := call._get_param(parameter)) is not None:
                setattr(service, attribute, value)
        if getattr(service, "capacity_provider_strategy", None):
            service.launch_type = None  # AWS has one or the other

    def steady(service: Service) -> None:
        service.running_count, service.pending_count = service.desired_count, 0
        for deployment in service.deployments:
            deployment.update(
                desiredCount=service.desired_count,
                runningCount=service.desired_count,
                pendingCount=0,
                rolloutState="COMPLETED",
            )

    def wrapped(method: Call) -> Call:
        @functools.wraps(method)
        def call_it(call: Any) -> Any:
            answer = method(call)
            one = answer.result.get("service")
            if one:
                keep(call, one)
            for service in [one] if one else answer.result["services"]:
                steady(service)
            return answer

        return call_it

    for name in ("create_service", "update_service", "describe_services"):
        setattr(responses, name, wrapped(getattr(responses, name)))


def _name_no_empty_image_configuration() -> None:
    """AWS names an image configuration where one was given; moto an empty one: an update for ever."""
    function: Any = LambdaFunction
    configuration = function.get_configuration

    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        answer: dict[str, Any] = configuration(self, on_create)
        if not any(answer.get("ImageConfigResponse", {}).get("ImageConfig", {}).values()):
            answer.pop("ImageConfigResponse", None)
        return answer

    function.get_configuration = get_configuration


def _obey_deletion_protection() -> None:
    """AWS refuses to delete a protected balancer; moto keeps the attribute and deletes."""
    backend: Any = ELBv2Backend
    delete = backend.delete_load_balancer

    def delete_load_balancer(self: Any, arn: str) -> None:
        balancer = self.load_balancers.get(arn)
        if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
            raise ELBClientError(
                "OperationNotPermitted",
                f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
            )
        delete(self, arn)

    backend.delete_load_balancer = delete_load_balancer


def main() -> None:
    """Serves on 127.0.0.1 until the process is ended."""
    close_gaps()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application: Any = DomainDispatcherApplication(create_backend_app)
    make_server(
        "127.0.0.1", int(sys.argv[1]), application, threaded=True, request_handler=QuietHandler
    ).serve_forever()


if __name__ == "__main__":
    main()
