"""Components take what another language sends: dictionaries, its spelling of keys, floats for numbers."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from components.base.children import PACKAGE, token
from components.base.provider import Provider
from local_cloud.recording import Graph
from tests.contract.samples import COMPONENTS, NAME, SAMPLES, Sample, graph
from tests.support.fake_aws import graph_of

PROVIDER = Provider(list(COMPONENTS.values()), PACKAGE)


def on_the_wire(sample: Sample) -> dict[str, Any]:
    """The sample's arguments as the plugin host gets them: other keys, floats, explicit nulls left out."""
    definition = PROVIDER._component_defs[sample.component]
    return renamed(sample.args, definition.inputs, definition.inputs_mapping)


def renamed(
    args: Mapping[str, Any], properties: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, Any]:
    """The mapping with the schema's keys, at every depth that the schema describes."""
    return {wire: spelled(args[python], properties[wire]) for wire, python in names.items() if python in args}


def spelled(value: Any, definition: Any) -> Any:
    """One value as it travels."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, list):
        return [spelled(item, definition.items) for item in value]
    if isinstance(value, dict) and definition.ref:
        named = PROVIDER.get_type_definition(definition)
        assert named
        return renamed(value, named.properties, named.properties_mapping)
    return value


def constructed(sample: Sample) -> tuple[Graph, dict[str, Any]]:
    """What the plugin host's call registers, and the state that it returns."""
    state: dict[str, Any] = {}

    def program() -> None:
        state.update(PROVIDER.construct(NAME, token(sample.component), on_the_wire(sample), None).state)

    return graph_of(program), state


def plain(found: Graph) -> list[Any]:
    """Everything that was registered, in an order that does not depend on timing."""
    return sorted((r.urn, comparable(r.inputs), comparable(r.outputs), r.protect) for r in found.resources)


def comparable(values: dict[str, Any]) -> dict[str, Any]:
    """The values with the paths of files in place of assets, which are equal to nothing."""
    return {
        key: value.path if isinstance(value, pulumi.FileAsset) else value for key, value in values.items()
    }


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_construct_call_makes_what_python_makes(sample: Sample) -> None:
    found, _ = constructed(sample)
    assert plain(found) == plain(graph(sample))


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_construct_call_returns_every_output_in_the_other_spelling(sample: Sample) -> None:
    _, state = constructed(sample)
    declared = PROVIDER._component_defs[sample.component].outputs
    assert set(state) == set(declared)
    assert [key for key, value in state.items() if not isinstance(value, pulumi.Output)] == []


def test_the_objects_of_a_list_come_back_in_the_other_spelling() -> None:
    sample = next(
        sample for sample in SAMPLES if sample.component == "ModelBucket" and "models" in sample.args
    )
    seen: list[dict[str, str]] = []

    def program() -> None:
        state = PROVIDER.construct(NAME, token("ModelBucket"), on_the_wire(sample), None).state
        pulumi.Output.from_input(state["models"]).apply(seen.extend)

    graph_of(program)
    assert [sorted(release) for release in seen] == [
        ["manifestSha256", "name", "sha256", "uri", "version"] for _ in sample.args["models"]
    ]


INPUTS = {
    "ApiGatewayLambda": ("imageUri",),
    "SpotFargateService": ("imageUri", "vpcId", "privateSubnetIds", "publicSubnetIds", "certificateArn"),
}


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.component in INPUTS], ids=str)
def test_what_is_an_input_may_come_as_an_output(sample: Sample) -> None:
    inputs = INPUTS[sample.component]

    def program() -> None:
        sent = on_the_wire(sample)
        later = {key: pulumi.Output.from_input(sent[key]) for key in inputs if key in sent}
        application = dict(sent.get("application", {}))
        if "models" in application:
            # As a whole, from another component: its items keep the other language's spelling.
            application["models"] = pulumi.Output.from_input(application["models"])
            sent["application"] = application
        PROVIDER.construct(NAME, token(sample.component), {**sent, **later}, None)

    assert plain(graph_of(program)) == plain(graph(sample))
