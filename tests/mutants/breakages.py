"""The breakages: a line of the project as it stands and as it must never be, and the tests that see it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Breakage:
    """`old`, which stands once in `file`, becomes `new`; one of `tests` must then fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


CONTRACT = ("tests/contract/test_every_component.py",)
SETTINGS = ("tests/stacks/test_settings.py",)
PROD = ("tests/stacks/test_prod.py",)
FARGATE = ("tests/infra/spot_fargate_service",)
MONITORING = ("tests/infra/monitoring",)
MODELS = ("tests/app/test_models.py",)
TOKENS = ("tests/app/test_tokens.py",)
UNPICKLER = ("tests/app/test_safe_unpickler.py",)
TREES = ("tests/app/test_prepared_trees.py",)
BATCHING = ("tests/app/test_batching.py",)
WAITING = ("tests/app/test_waiting.py", "tests/app/test_answer.py")
SERVER = ("tests/app/test_server.py",)
GRANIAN = ("tests/app/test_granian.py",)
CONNECTIONS = ("tests/app/test_connections.py",)
LOGIN = ("tests/app/test_login.py",)
IMAGES = ("tests/app/test_images.py", "tests/app/test_image_requests.py")
LAMBDA = ("tests/app/test_lambda.py",)
# Every request of the contract, by one door.
CONFORMANCE = ("tests/conformance/test_doors.py", "-k", "contract and project and wsgi")
INFERENCE = ("tests/app/test_infer_refusals.py",)

BREAKAGES = (
    # What a stack promises.
    Breakage(
        "prod without an on-demand base",
        "Pulumi.prod.yaml",
        "spot-inference:onDemandBase: 1",
        "spot-inference:onDemandBase: 0",
        PROD,
    ),
    Breakage(
        "plain HTTP without asking for it",
        "stack_settings.py",
        "and not settings.allow_plain_http:",
        "and False:",
        SETTINGS,
    ),
    Breakage(
        "a bucket of prod that destroy empties",
        "__main__.py",
        '{"models": settings.models, "force_destroy": not settings.protect, "protect": settings.protect}',
        '{"models": settings.models, "force_destroy": True}',
        PROD,
    ),
    Breakage(
        "another model's digest accepted by the program",
        "components/base/model_folders.py",
        "if sha256 != promised:",
        "if False:",
        SETTINGS,
    ),
    # Who may do what in AWS.
    Breakage(
        "an application that reads every bucket",
        "components/base/application.py",
        "[f\"{found['bucket']}/models/*\"]",
        '["*"]',
        CONTRACT,
    ),
    Breakage(
        "tasks open to the world",
        "components/spot_fargate_service/firewall.py",
        '_allow_in(children, "tasks-in", tasks, APP_PORT, referenced_security_group_id=balancer)',
        '_allow_in(children, "tasks-in", tasks, APP_PORT, cidr_ipv4=ANYWHERE)',
        FARGATE,
    ),
    Breakage(
        "a root file system that can be written",
        "components/spot_fargate_service/task.py",
        '"readonlyRootFilesystem": True,',
        '"readonlyRootFilesystem": False,',
        FARGATE,
    ),
    Breakage(
        "a bucket that answers without TLS",
        "components/model_bucket.py",
        '"aws:SecureTransport": "false"',
        '"aws:SecureTransport": "true"',
        ("tests/infra/test_model_bucket.py",),
    ),
    Breakage(
        "an API that calls the function past its alias",
        "components/api_gateway_lambda/http_api.py",
        "            qualifier=served.alias.name,\n",
        "",
        ("tests/infra/api_gateway_lambda",),
    ),
    # Releases and rollouts.
    Breakage(
        "an older release deleted by a newer one",
        "components/model_bucket.py",
        "retain_on_delete=True, ",
        "",
        ("tests/infra/test_model_bucket.py",),
    ),
    Breakage(
        "an image by its tag",
        "components/inference_image.py",
        '"{0}@{1}", repository.repository_url, image.digest',
        '"{0}:latest", repository.repository_url',
        ("tests/infra/test_inference_image.py",),
    ),
    Breakage(
        "a broken deployment that stays",
        "components/spot_fargate_service/component.py",
        '{"enable": True, "rollback": True}',
        '{"enable": True, "rollback": False}',
        FARGATE,
    ),
    Breakage(
        "every up resets what autoscaling decided",
        "components/spot_fargate_service/component.py",
        'ignore_changes=["desired_count"], ',
        "",
        FARGATE,
    ),
    Breakage(
        "a balancer that asks for liveness",
        "components/spot_fargate_service/load_balancer.py",
        '"path": "/readyz",',
        '"path": "/healthz",',
        FARGATE,
    ),
    # Alarms that never fire.
    Breakage(
        "an alarm that tells nobody",
        "components/monitoring/alarms.py",
        "alarm_actions=[topic_arn],",
        "alarm_actions=[],",
        MONITORING,
    ),
    Breakage(
        "a metric by dimensions it does not have",
        "components/monitoring/metrics.py",
        'STAGE = ("ApiId", "Stage")',
        'STAGE = ("ApiName", "Stage")',
        MONITORING,
    ),
    Breakage(
        "a metric of the other kind of API",
        "components/monitoring/metrics.py",
        '_http_api("5xx", ',
        '_http_api("5XXError", ',
        MONITORING,
    ),
    Breakage(
        "an alarm that looks every five minutes",
        "components/monitoring/metrics.py",
        "PERIOD = 60",
        "PERIOD = 300",
        MONITORING,
    ),
    # The application.
    Breakage(
        "an artifact unpickled whatever its digest",
        "inference_app/models/artifact.py",
        "if found != expected:",
        "if False:",
        MODELS,
    ),
    Breakage(
        "a name that the tables do not hold, imported",
        "inference_app/models/safe_unpickler.py",
        'if module.partition(".")[0] in OWN_PACKAGES:',
        "if True:",
        UNPICKLER,
    ),
    Breakage(
        "a function called because scikit-learn's own file names it",
        "inference_app/models/guarded.py",
        "not isinstance(called, type | np.ufunc)",
        "False",
        UNPICKLER,
    ),
    Breakage(
        "trees that compare float64",
        "inference_app/models/trees.py",
        "return Averaged(Grove(trees, width, single=True), classes, len(trees))",
        "return Averaged(Grove(trees, width, single=False), classes, len(trees))",
        TREES,
    ),
    Breakage(
        "a threshold that goes right",
        "inference_app/models/grove.py",
        "(values > self.threshold.take(nodes))",
        "(values >= self.threshold.take(nodes))",
        TREES,
    ),
    Breakage(
        "a prepared form served whatever it answers",
        "inference_app/models/prepared.py",
        "elif not is_proven(prepared, manifest, record):",
        "elif False:",
        TREES,
    ),
    Breakage(
        "leaves that no digest covers",
        "inference_app/models/proof.py",
        "        for array in (trees, rows, values):",
        "        for array in ():",
        TREES,
    ),
    Breakage(
        "one request's error for all that were joined",
        "inference_app/models/batching.py",
        "each is asked by itself\n            return False",
        "each is asked by itself\n            raise",
        BATCHING,
    ),
    Breakage(
        "a token without an end",
        "inference_app/auth/tokens.py",
        'REQUIRED = ["exp", "iat", "sub", "iss", "aud"]',
        'REQUIRED = ["iat", "sub", "iss", "aud"]',
        TOKENS,
    ),
    Breakage(
        "an expired token",
        "inference_app/auth/tokens.py",
        "return now < verified.expires and",
        "return",
        TOKENS,
    ),
    Breakage(
        "a remembered token that outlives its key",
        "inference_app/auth/tokens.py",
        "self._is_of_now(verified) and self._ring().by_id.get(verified.key_id) == verified.key",
        "self._is_of_now(verified)",
        TOKENS,
    ),
    Breakage(
        "a remembered token that outlives its end",
        "inference_app/auth/tokens.py",
        "return self._is_of_now(verified) and self._ring()",
        "return self._ring()",
        TOKENS,
    ),
    Breakage(
        "a token of another stack",
        "inference_app/auth/tokens.py",
        "                issuer=self._issuer,\n",
        "",
        TOKENS,
    ),
    Breakage(
        "a compressed bomb that is inflated",
        "inference_app/serving/compression.py",
        "inflater.decompress(content, limit + 1)",
        "inflater.decompress(content)",
        INFERENCE,
    ),
    Breakage(
        "a tensor's number that becomes another",
        "inference_app/serving/tensors.py",
        "    if not held.all():",
        "    if False:",
        INFERENCE,
    ),
    Breakage(
        "ready before the models are there",
        "inference_app/serving/describe.py",
        "if not services.ready:",
        "if False:",
        WAITING,
    ),
    Breakage(
        "the address that the client wrote itself",
        "inference_app/web/client.py",
        '.split(",")[-1].strip()',
        '.split(",")[0].strip()',
        ("tests/app/test_telemetry.py",),
    ),
    Breakage(
        "a keep-warm ping taken for a request",
        "inference_app/hosts/lambda_handler.py",
        '"Scheduled Event"',
        '"ScheduledEvent"',
        LAMBDA,
    ),
    Breakage(
        "logins without a throttle",
        "inference_app/serving/login.py",
        "    services.throttle.check(name, request.client)\n",
        "",
        LOGIN,
    ),
    # What clients see.
    Breakage(
        "a refused method that names no other",
        "inference_app/serving/answer.py",
        ', {"Allow": allowed}',
        "",
        CONFORMANCE,
    ),
    Breakage(
        "a document that tells everyone the models' inputs",
        "inference_app/serving/describe.py",
        "        models = None\n",
        "        models = services.models.all()\n",
        CONFORMANCE,
    ),
    Breakage(
        "a version that is not served answered by another",
        "inference_app/serving/open_inference.py",
        "if version is not None and",
        "if False and",
        CONFORMANCE,
    ),
    Breakage(
        "a picture that is not what the same numbers are",
        "inference_app/serving/images.py",
        "/ 255",
        "/ 256",
        CONFORMANCE,
    ),
    Breakage(
        "an image of any number of pixels",
        "inference_app/serving/decoding.py",
        "if width * height > MAX_PIXELS:",
        "if False:",
        IMAGES,
    ),
    Breakage(
        "every decoder that Pillow has",
        "inference_app/serving/decoding.py",
        "formats=FORMATS",
        "formats=None",
        IMAGES,
    ),
    Breakage(
        "a picture that lies on its side",
        "inference_app/serving/decoding.py",
        "return _UPRIGHT[orientation](pixels) if orientation in _UPRIGHT else pixels",
        "return pixels",
        IMAGES,
    ),
    Breakage(
        "a fraction cut off for a whole number",
        "inference_app/models/values.py",
        "not value.is_integer() for",
        "False for",
        ("tests/app/test_kinds.py",),
    ),
    Breakage(
        "a tensor that loses digits on its way",
        "inference_app/serving/validation.py",
        'np.can_cast(tensor.dtype, dtype, "safe")',
        'np.can_cast(tensor.dtype, dtype, "unsafe")',
        ("tests/app/test_tensors.py",),
    ),
    # Its hosts.
    Breakage(
        "a client that drips for ever",
        "inference_app/hosts/channel.py",
        "return is_late(now - request.began, request.body_bytes_received)",
        "return False",
        CONNECTIONS,
    ),
    Breakage(
        "a body without a limit on granian",
        "inference_app/hosts/rsgi_body.py",
        "if receiving.received > MAX_BODY_BYTES:",
        "if False:",
        SERVER,
    ),
    Breakage(
        "health behind slow estimators",
        "inference_app/hosts/in_place.py",
        'return method == "GET" and path in HEALTH_PATHS',
        "return False",
        CONNECTIONS,
    ),
    Breakage(
        "a body that is read twice",
        "inference_app/hosts/short_answers.py",
        "body.seek(0)",
        "pass",
        ("tests/app/test_fast_path.py",),
    ),
    Breakage(
        "a large picture in the loop",
        "inference_app/serving/images.py",
        "width * height <= SMALL_IMAGE",
        "width * height <= SMALL_IMAGE * 2",
        ("tests/app/test_image_requests.py",),
    ),
    Breakage(
        "a short body that may drip for ever on granian",
        "inference_app/hosts/rsgi_short.py",
        "self._bodies.add(waiting, body.cancel)",
        "pass",
        GRANIAN,
    ),
    Breakage(
        "requests that stay in memory on granian",
        "inference_app/hosts/rsgi_short.py",
        "        self._bodies.discard(waiting)\n",
        "",
        GRANIAN,
    ),
    Breakage(
        "a door that all workers share on granian",
        "inference_app/hosts/doors.py",
        "    door = _bound(reserved.getsockname())\n    reserved.close()\n",
        "    door = reserved\n",
        GRANIAN,
    ),
    Breakage(
        "two equal keys in one row",
        "inference_app/serving/quick_json.py",
        """    if body.count(b'"') != 2:""",
        """    if body.count(b'"') < 2:""",
        ("tests/app/test_one_row.py",),
    ),
    Breakage(
        "a slow estimator in the loop",
        "inference_app/hosts/in_place.py",
        "return model is not None and model.short",
        "return model is not None",
        CONNECTIONS,
    ),
    Breakage(
        "a drain that keeps its clients",
        "inference_app/hosts/channel.py",
        "        if channel.server.is_draining():\n",
        "        if False:\n",
        SERVER,
    ),
    # The local cloud.
    Breakage(
        "a type of resource dropped in silence",
        "local_cloud/provision/__init__.py",
        "if resource.type in NOT_HERE:",
        "if True:",
        ("tests/local/test_provision.py",),
    ),
)
