"""The embedded AWS: moto in server mode, in this process, on a free port of one address of this machine."""

import functools
import json
import logging
import os
import sys
import threading
import types
from typing import Any

import botocore.session

from .console import find_dashboard, with_dashboards

# Before moto is imported. Disk images of machines that nobody starts cost 0.4 s; a function's image must be
# in ECR.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
os.environ.setdefault("MOTO_LAMBDA_STUB_ECR", "false")


def start(host: str = "127.0.0.1") -> str:
    """Starts moto in a thread of its own and returns its address, e.g. http://127.0.0.1:40123.

    Another `host` lets others in: the address of a container network's gateway lets in its containers.
    """
    _make_imports_cheap()
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    let_conditions_pass()
    _make_requests_cheap()

    class QuietHandler(MotoRequestHandler):
        """Keeps the connection for the next call, and writes no line for each."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = with_dashboards(DomainDispatcherApplication(create_backend_app), find_dashboard)
    server: Any = make_server(host, 0, application, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="moto", daemon=True).start()
    return f"http://{host}:{server.port}"


def let_conditions_pass() -> None:
    """A statement of a bucket policy with a condition is kept and read back, but not judged.

    moto takes every condition of a Deny as met. The usual one, no TLS, would lock everybody out: the
    requests here come by plain HTTP from this machine, where AWS would see TLS.
    """
    from moto.iam.access_control import IAMPolicy, PermissionResult
    from moto.s3.models import FakeBucket

    def get_permission(bucket: Any, action: str, resource: str) -> Any:
        if bucket.policy is None:
            return PermissionResult.NEUTRAL
        statements = json.loads(bucket.policy)["Statement"]
        unconditional = [statement for statement in statements if "Condition" not in statement]
        return IAMPolicy(json.dumps({"Statement": unconditional})).is_action_permitted(action, resource)

    buckets: Any = FakeBucket
    buckets.get_permission = get_permission


def _make_imports_cheap() -> None:
    """Saves two seconds of every start, and changes nothing that moto answers."""
    # REST APIs made from an OpenAPI document need it, HTTP APIs do not; its import costs half a second.
    if "openapi_spec_validator" not in sys.modules:
        _stand_in("openapi_spec_validator", validate=None)
        _stand_in("openapi_spec_validator.validation")
        _stand_in("openapi_spec_validator.validation.exceptions", OpenAPIValidationError=ValueError)
    from moto.core import loaders, utils

    # Each of moto's many sessions, and each client here, would list and parse botocore's service files again.
    loader = functools.cache(loaders.create_loader)
    modules: list[Any] = [utils, botocore.session]
    for module in modules:
        module.create_loader = lambda *_: loader()


def _make_requests_cheap() -> None:
    """moto lists its folder for each request, and compiles for each route what would build addresses."""
    from moto import backends
    from werkzeug.routing import Rule

    modules = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    rules: Any = Rule
    compile_builder = rules._compile_builder

    def compile_when_used(rule: Any, append_unknown: bool = True) -> Any:
        def build(_: Any, **values: Any) -> Any:
            return compile_builder(rule, append_unknown)(rule, **values)

        return build

    rules._compile_builder = compile_when_used


def _stand_in(name: str, **content: Any) -> None:
    module = types.ModuleType(name)
    vars(module).update(content)
    sys.modules[name] = module
