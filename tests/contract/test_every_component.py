"""What holds for every component: a new one is covered by being named in `components.__all__`."""

from collections.abc import Iterator, Mapping
from typing import Any, get_origin, is_typeddict

import pulumi
import pytest

import components
from components.base.arguments import ArgumentError
from components.base.children import tags_for, token
from local_cloud.recording import RecordingMonitor, Resource, run
from tests.contract.samples import COMPONENTS, NAME, SAMPLES, TAGS, Sample, children, documents, graph, made
from tests.support.fake_aws import invoke, provision, refusal
from tests.support.sdk import takes

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=str)
every_component = pytest.mark.parametrize("component", COMPONENTS)

# Mappings whose keys are the user's.
FREE = ("tags", "environment")

# Actions and resources that AWS cannot narrow down, each with the reason: (type, action) → why.
EVERYWHERE = {
    ("aws:iam/rolePolicy:RolePolicy", "ecr:GetAuthorizationToken"): "the registry's login has no ARN",
}


def test_components_are_found() -> None:
    assert len(COMPONENTS) >= 7
    assert set(COMPONENTS) == {sample.component for sample in SAMPLES}


def test_every_name_in_all_exists_and_stands_once() -> None:
    assert len(set(components.__all__)) == len(components.__all__)
    assert [name for name in components.__all__ if not hasattr(components, name)] == []


@every_component
def test_each_component_has_its_arguments_beside_it(component: str) -> None:
    assert is_typeddict(getattr(components, f"{component}Args"))


@every_component
def test_each_argument_is_tried_in_a_sample(component: str) -> None:
    schema = getattr(components, f"{component}Args")
    tried = {key for sample in SAMPLES if sample.component == component for key in sample.args}
    assert tried == set(schema.__annotations__)


@every_sample
def test_an_argument_that_is_accepted_changes_something(sample: Sample) -> None:
    """Left out one by one: another graph or a refusal, but never the same graph."""

    def seen(args: Mapping[str, Any]) -> Any:
        try:
            found = run(lambda: sample.type(NAME, args), RecordingMonitor(provision, invoke))
        except ArgumentError as error:
            return str(error)
        # Keys of an existing resource show in nothing but the outputs.
        return sorted((r.type, r.name, repr((r.inputs, r.outputs, r.protect))) for r in found.resources)

    whole = seen(sample.args)
    assert isinstance(whole, list)
    assert [path for path, args in each_left_out(sample.args) if seen(args) == whole] == []


def each_left_out(args: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The arguments without one of them, also within nested ones, and the path of what is missing."""
    for key, value in args.items():
        yield key, {k: v for k, v in args.items() if k != key}
        if key in FREE:
            continue
        if isinstance(value, dict):
            for path, inner in each_left_out(value):
                yield f"{key}.{path}", {**args, key: inner}
        if isinstance(value, list) and isinstance(value[0], dict):
            for path, inner in each_left_out(value[0]):
                yield f"{key}[0].{path}", {**args, key: [inner, *value[1:]]}


@every_sample
def test_the_class_and_the_type_token_say_the_same_word(sample: Sample) -> None:
    assert made(sample).type == token(sample.component) == f"spot-inference:index:{sample.component}"


@every_sample
def test_a_component_owns_all_it_makes(sample: Sample) -> None:
    owners = {made(sample).urn, *(resource.urn for resource in children(sample) if resource.remote)}
    assert [resource.name for resource in children(sample) if resource.parent not in owners] == []


@every_sample
def test_children_are_named_after_the_component(sample: Sample) -> None:
    own = [resource.name for resource in children(sample) if resource.parent == made(sample).urn]
    assert [name for name in own if not name.startswith(f"{NAME}-")] == []


@every_sample
def test_the_component_waits_for_none_of_its_arguments(sample: Sample) -> None:
    assert made(sample).inputs == {}


@every_sample
def test_children_do_not_inherit_what_is_meant_for_the_component(sample: Sample) -> None:
    opts = pulumi.ResourceOptions(ignore_changes=["tags"], delete_before_replace=True)
    found = run(lambda: sample.type(NAME, sample.args, opts), RecordingMonitor(provision, invoke))
    own = [resource for resource in found.resources if resource.custom]
    assert [r.name for r in own if r.ignore_changes == ["tags"] or r.delete_before_replace] == []


@every_sample
def test_everything_that_can_be_tagged_is(sample: Sample) -> None:
    wanted = {
        "pulumi:project": "project",
        "pulumi:stack": "stack",
        "spot-inference:component": f"{sample.component}/{NAME}",
        **sample.args.get("tags", {}),
    }
    # awsx puts the tags of a network on what it makes inside; its children are not the component's.
    taggable = [r for r in children(sample) if r.parent == made(sample).urn and is_taggable(r)]
    assert [r.name for r in taggable if not wanted.items() <= (r.inputs.get("tags") or {}).items()] == []


def is_taggable(resource: Resource) -> bool:
    """Whether tags mean AWS tags; a docker image's are its names in the registry."""
    return resource.type.startswith(("aws:", "awsx:")) and takes(resource.type, "tags")


@every_sample
def test_every_output_is_registered_and_has_a_value(sample: Sample) -> None:
    declared = [key for key in sample.type.__annotations__ if not key.startswith("_")]
    assert declared
    assert set(made(sample).outputs) == set(declared)
    assert [key for key, value in made(sample).outputs.items() if value is None] == []


@every_sample
def test_outputs_are_declared_as_outputs(sample: Sample) -> None:
    declared = {name: hint for name, hint in sample.type.__annotations__.items() if not name.startswith("_")}
    assert [name for name, hint in declared.items() if get_origin(hint) is not pulumi.Output] == []


def statements(sample: Sample) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """The IAM statements of everything that the sample makes."""
    for resource in children(sample):
        for document in documents(resource):
            if isinstance(document, dict):
                for statement in document.get("Statement", []):
                    yield resource, statement


@every_sample
def test_no_policy_allows_every_action_or_every_resource(sample: Sample) -> None:
    wide = [
        (resource.type, action, target)
        for resource, statement in statements(sample)
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
        for target in as_list(statement.get("Resource", "the owner"))
        if "*" in action or target == "*"
        if (resource.type, action) not in EVERYWHERE
    ]
    assert wide == []


def test_every_exception_is_needed() -> None:
    found = {
        (resource.type, action)
        for sample in SAMPLES
        for resource, statement in statements(sample)
        for action in as_list(statement["Action"])
    }
    assert set(EVERYWHERE) - found == set()


@every_sample
def test_no_policy_allows_everybody(sample: Sample) -> None:
    everybody = [
        (resource.name, statement)
        for resource, statement in statements(sample)
        if statement["Effect"] == "Allow" and statement.get("Principal") in ("*", {"AWS": "*"})
    ]
    assert everybody == []


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@every_sample
def test_only_the_balancer_is_open_to_the_world(sample: Sample) -> None:
    balancers = {
        group
        for resource in children(sample)
        if resource.type == "aws:lb/loadBalancer:LoadBalancer"
        for group in resource.inputs["securityGroups"]
    }
    rules = [
        r for r in children(sample) if r.type == "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    ]
    world = [r for r in rules if (r.inputs.get("cidrIpv4"), r.inputs.get("cidrIpv6")) != (None, None)]
    assert [r.name for r in world if r.inputs["securityGroupId"] not in balancers] == []
    assert {(r.inputs["fromPort"], r.inputs["toPort"]) for r in world} <= {(80, 80), (443, 443)}


@every_sample
def test_security_groups_have_rules_of_their_own_and_no_inline_ones(sample: Sample) -> None:
    """Both styles side by side lose a rule at the next refresh, and destroy fails."""
    inline = [
        r.name
        for r in children(sample)
        if r.type == "aws:ec2/securityGroup:SecurityGroup" and r.inputs.keys() & {"ingress", "egress"}
    ]
    assert inline == []
    assert [r.name for r in children(sample) if r.type == "aws:ec2/securityGroupRule:SecurityGroupRule"] == []


def refused(sample: Sample, args: Mapping[str, Any]) -> str:
    """What the component says to other arguments than the sample's; nothing may have been made before."""
    return refusal(lambda: sample.type(NAME, args))


@every_sample
def test_an_unknown_argument_is_refused_before_anything_is_made(sample: Sample) -> None:
    known = next(iter(getattr(components, f"{sample.component}Args").__annotations__))
    message = refused(sample, {**sample.args, f"{known}x": 1})
    assert f"{sample.component} '{NAME}'" in message
    assert f"unknown argument '{known}x'; did you mean '{known}'?" in message


@every_sample
def test_an_unknown_argument_is_refused_at_every_depth(sample: Sample) -> None:
    for key, value in sample.args.items():
        if key in FREE:
            continue
        if isinstance(value, dict):
            assert "unknown argument 'tyop'" in refused(sample, {**sample.args, key: {**value, "tyop": 1}})
        if isinstance(value, list) and value and isinstance(value[0], dict):
            wrong = [{**value[0], "tyop": 1}]
            assert f"{key}[0]: unknown argument 'tyop'" in refused(sample, {**sample.args, key: wrong})


@every_sample
def test_all_missing_arguments_are_named_in_one_error(sample: Sample) -> None:
    required = sorted(getattr(components, f"{sample.component}Args").__required_keys__)
    if not required:
        graph(sample)
        return
    message = refused(sample, {})
    assert [key for key in required if f"missing argument '{key}'" not in message] == []


@every_sample
def test_none_is_the_default(sample: Sample) -> None:
    schema = getattr(components, f"{sample.component}Args")
    nothing = dict.fromkeys(set(schema.__optional_keys__) - set(sample.args))
    found = run(lambda: sample.type(NAME, {**sample.args, **nothing}), RecordingMonitor(provision, invoke))
    assert sorted(r.name for r in found.resources) == sorted(r.name for r in graph(sample).resources)


def test_tags_of_the_user_win() -> None:
    assert tags_for_in_a_program({"pulumi:stack": "mine", **TAGS})["pulumi:stack"] == "mine"


def tags_for_in_a_program(given: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    run(lambda: found.update(tags_for("Any", NAME, given)), RecordingMonitor(provision, invoke))
    return found
