"""Runs a Pulumi program without the engine and keeps the whole graph: resources, options, parents, outputs.

`RecordingMonitor` stands where the engine would: what it answers for a resource comes from `provision`,
a function from the resource to its id and outputs. The local cloud makes real things in an embedded AWS
there; tests make up plausible values. The graph is complete, and plain data, once `run` has returned.
"""

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

Provision = Callable[["Resource"], tuple[str, dict[str, Any]]]
Invoke = Callable[[str, dict[str, Any]], dict[str, Any]]


@dataclass
class Resource:
    """One registered resource: what the program asked for and what it was told."""

    type: str
    name: str
    urn: str
    parent: str
    inputs: dict[str, Any]
    custom: bool
    remote: bool
    protect: bool
    retain_on_delete: bool
    delete_before_replace: bool
    ignore_changes: list[str] = field(default_factory=list)
    dependencies: list[str] = field(default_factory=list)
    aliases: list[Any] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    id: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Child:
    """What a remote component made: `provision` puts it into outputs, the program gets a reference."""

    type: str
    name: str
    id: str
    outputs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Graph:
    """All that one run of a program registered, in the order of registration."""

    resources: list[Resource] = field(default_factory=list)
    exports: dict[str, Any] = field(default_factory=dict)
    secret_exports: set[str] = field(default_factory=set)

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these type tokens."""
        return [resource for resource in self.resources if resource.type in types]

    def one(self, type_: str, name: str | None = None) -> Resource:
        """The only resource of that type (and name); anything else is an AssertionError that lists them."""
        found = [r for r in self.of_type(type_) if name in (None, r.name)]
        assert len(found) == 1, f"expected one {type_} {name or ''}, found {[r.name for r in found]}"
        return found[0]

    def children(self, parent: Resource) -> list[Resource]:
        """The direct children of a resource."""
        return [resource for resource in self.resources if resource.parent == parent.urn]


class RecordingMonitor(mocks.MockMonitor):
    """Takes the engine's place for one run; `graph` is what it saw."""

    def __init__(self, provision: Provision, invoke: Invoke) -> None:
        super().__init__(_Calls(invoke))
        self.graph = Graph()
        self._provision = provision
        self._lock = threading.Lock()

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Records the request, asks `provision` and answers with the id and the outputs."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == "pulumi:pulumi:Stack":
            return resource_pb2.RegisterResourceResponse(urn=urn)
        _ensure_event_loop()  # type: ignore[no-untyped-call]
        raw = rpc.deserialize_properties(request.object)
        resource = Resource(
            type=request.type,
            name=request.name,
            urn=urn,
            parent=request.parent,
            inputs=plain(raw),
            custom=request.custom,
            remote=request.remote,
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
            delete_before_replace=request.deleteBeforeReplace,
            ignore_changes=list(request.ignoreChanges),
            dependencies=list(request.dependencies),
            aliases=list(request.aliases),
            secrets={key for key, value in raw.items() if rpc.is_rpc_secret(value)},
        )
        with self._lock:
            self.graph.resources.append(resource)
        if resource.custom or resource.remote:
            resource.id, resource.outputs = self._provision(resource)
        told = self._told(resource, set(request.additionalSecretOutputs))
        state = _sync_await(rpc.serialize_properties(told, {}))
        self.resources[urn] = self.ResourceRegistration(urn, resource.id, told)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=resource.id, object=state)

    def _told(self, resource: Resource, secrets: set[str]) -> dict[str, Any]:
        """The outputs as the engine sends them: children as references, secrets marked."""
        told = {key: self._with_references(resource, value) for key, value in resource.outputs.items()}
        return {
            key: {rpc._special_sig_key: rpc._special_secret_sig, "value": value} if key in secrets else value
            for key, value in told.items()
        }

    def _with_references(self, parent: Resource, value: Any) -> Any:
        if isinstance(value, Child):
            return self._reference(parent, value)
        if isinstance(value, dict):
            return {key: self._with_references(parent, item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._with_references(parent, item) for item in value]
        return value

    def _reference(self, parent: Resource, child: Child) -> dict[str, Any]:
        urn = self.make_urn(parent.urn, child.type, child.name)
        if urn not in self.resources:
            self.resources[urn] = self.ResourceRegistration(urn, child.id, child.outputs)
            made = Resource(
                child.type, child.name, urn, parent.urn, {}, True, False, parent.protect, False, False
            )
            made.id, made.outputs = child.id, child.outputs
            with self._lock:
                self.graph.resources.append(made)
        return {
            rpc._special_sig_key: rpc._special_resource_sig,
            "urn": urn,
            "id": child.id,
            "packageVersion": "",
        }

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Keeps a component's outputs."""
        outputs = plain(rpc.deserialize_properties(request.outputs))
        for resource in self.graph.resources:
            if resource.urn == request.urn:
                resource.outputs = outputs
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


class _Calls(mocks.Mocks):
    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        return self._invoke(args.token, args.args), []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise NotImplementedError(f"{args.typ} was read, not registered")


def plain(value: Any) -> Any:
    """The value without the wire's marks for secrets."""
    value = rpc.unwrap_rpc_secret(value) if rpc.is_rpc_secret(value) else value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def run(
    program: Callable[[], Any],
    monitor: RecordingMonitor,
    *,
    project: str = "project",
    stack: str = "stack",
    config: dict[str, str] | None = None,
    preview: bool = False,
) -> Graph:
    """Runs `program` to its end, every output resolved; its errors are raised."""

    def whole() -> pulumi.Output[None]:
        program()
        exports = settings.get_root_resource().outputs  # type: ignore[union-attr]
        secret = {key: pulumi.Output.from_input(value).is_secret() for key, value in exports.items()}
        return pulumi.Output.all(pulumi.Output.all(**exports), pulumi.Output.all(**secret)).apply(keep)

    def keep(found: list[Any]) -> None:
        monitor.graph.exports.update(found[0])
        # Without exports `all` answers with a list.
        monitor.graph.secret_exports.update(key for key, secret in dict(found[1]).items() if secret)

    with _event_loops():
        # Exports of an earlier run in this process would leak into this one otherwise.
        settings.set_root_resource(None)  # type: ignore[arg-type]
        pulumi.runtime.set_mocks(
            monitor.mocks, project=project, stack=stack, preview=preview, monitor=monitor
        )
        pulumi.runtime.set_all_config(config or {})
        pulumi.runtime.test(whole)()  # type: ignore[no-untyped-call]
    return monitor.graph


@contextlib.contextmanager
def _event_loops() -> Iterator[None]:
    """Gives this thread and those that Pulumi works in event loops of their own, and closes them."""
    loops: list[asyncio.AbstractEventLoop] = []

    def give_loop() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    give_loop()
    workers = concurrent.futures.ThreadPoolExecutor(initializer=give_loop)
    main = loops[0]
    main.set_default_executor(workers)
    # The SDK hands one error to everything that waited for it and looks at one of these: `run` raises it.
    main.set_exception_handler(lambda *_: None)
    try:
        yield
    finally:
        # A program that raised leaves registrations behind that nobody waits for any more.
        for task in asyncio.all_tasks(main):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                main.run_until_complete(task)
        workers.shutdown()
        for loop in loops:
            loop.close()
        asyncio.set_event_loop(None)
