"""What the CLI's events are read as; the lines are the CLI's own, shortened."""

import json
from collections.abc import Mapping
from typing import Any

from tests.engine import changes, events, expect, table, upgrade, wrong

BUCKET = "urn:pulumi:dev::app::spot-inference:index:ModelBucket$aws:s3/bucket:Bucket::models-bucket"
TASK = "urn:pulumi:dev::app::aws:ecs/taskDefinition:TaskDefinition::task"
BUCKET_TYPE, TASK_TYPE = "aws:s3/bucket:Bucket", "aws:ecs/taskDefinition:TaskDefinition"


def step(name: str, op: str, urn: str, type_: str, diff: Mapping[str, Any] | None = None) -> str:
    metadata = {"op": op, "urn": urn, "type": type_, "detailedDiff": diff}
    return json.dumps({"sequence": 1, name: {"metadata": metadata}})


def said(severity: str, message: str, urn: str = "") -> str:
    return json.dumps({"diagnosticEvent": {"severity": severity, "message": message, "urn": urn}})


def test_a_step_is_counted_once_although_it_has_two_events() -> None:
    report = events.read(
        "\n".join(step(e, "update", BUCKET, BUCKET_TYPE) for e in ("resourcePreEvent", "resOutputsEvent"))
    )
    assert report.changes() == {(BUCKET_TYPE, "update"): 1}


def test_the_halves_of_a_replacement_are_one_replacement() -> None:
    ops = ("create-replacement", "replace", "delete-replaced")
    report = events.read("\n".join(step("resourcePreEvent", op, TASK, TASK_TYPE) for op in ops))
    assert report.changes() == {(TASK_TYPE, "replace"): 1}


def test_the_stack_itself_is_no_resource() -> None:
    stack = step(
        "resourcePreEvent", "create", "urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev", events.STACK
    )
    assert events.read(stack).operations == []


def test_a_resource_that_stayed_the_same_is_no_change() -> None:
    report = events.read(step("resourcePreEvent", "same", BUCKET, BUCKET_TYPE))
    assert report.operations == []


def test_drift_that_a_refresh_found_is_an_update_with_its_keys() -> None:
    lines = [
        step("resourcePreEvent", "refresh", BUCKET, BUCKET_TYPE),
        step("resOutputsEvent", "update", BUCKET, BUCKET_TYPE, {"tags": {}}),
    ]
    report = events.read("\n".join(lines))
    assert [(o.op, o.keys) for o in report.operations] == [("update", ("tags",))]


def test_a_failed_operation_was_not_done() -> None:
    lines = [
        step("resourcePreEvent", "create", BUCKET, BUCKET_TYPE),
        step("resOpFailedEvent", "create", BUCKET, BUCKET_TYPE),
    ]
    report = events.read("\n".join(lines))
    assert report.operations == []
    assert [operation.urn for operation in report.failed] == [BUCKET]


def test_what_a_plugin_says_about_itself_is_no_warning_of_the_program() -> None:
    lines = [
        said("warning", "using pulumi-resource-aws from $PATH at /opt/plugins\n"),
        said("warning", "no tag: http: server gave HTTP response to HTTPS client", BUCKET),
        said("warning", "argument is deprecated", BUCKET),
        said("debug", "registering resource"),
    ]
    report = events.read("\n".join(lines))
    assert report.notices == [
        "using pulumi-resource-aws from $PATH at /opt/plugins",
        f"{BUCKET_TYPE} models-bucket: no tag: http: server gave HTTP response to HTTPS client",
    ]
    assert report.warnings == [f"{BUCKET_TYPE} models-bucket: argument is deprecated"]


def test_an_error_names_its_resource() -> None:
    report = events.read(said("error", "AccessDenied: no", BUCKET))
    assert report.errors == [f"{BUCKET_TYPE} models-bucket: AccessDenied: no"]


def test_lines_that_are_no_events_are_passed_over() -> None:
    assert events.read('error: no stack\n[1]\n{"cancelEvent": {}}\n').operations == []


def report_of(*operations: tuple[str, str], code: int = 0) -> events.Report:
    return events.Report(
        code, 1.0, [events.Operation(op, type_, f"a::b::{type_}::n") for op, type_ in operations]
    )


def test_exactly_the_expected_operations_are_no_complaint() -> None:
    report = report_of(("create", BUCKET_TYPE), ("create", BUCKET_TYPE), ("delete", BUCKET_TYPE))
    assert expect.exactly(report, {BUCKET_TYPE: "create 2, delete"}) == []


def test_a_replacement_in_the_place_of_an_update_is_named() -> None:
    complaints = expect.exactly(report_of(("replace", BUCKET_TYPE)), {BUCKET_TYPE: "update"})
    assert complaints == [
        f"replace of {BUCKET_TYPE}: expected 0, got 1 {BUCKET_TYPE} n ()",
        f"update of {BUCKET_TYPE}: expected 1, got 0",
    ]


def test_a_change_beside_the_expected_ones_is_named() -> None:
    complaints = expect.exactly(
        report_of(("update", BUCKET_TYPE), ("update", TASK_TYPE)), {BUCKET_TYPE: "update"}
    )
    assert complaints == [f"update of {TASK_TYPE}: expected 0, got 1 {TASK_TYPE} n ()"]


def test_a_quiet_update_has_no_operation_and_no_warning() -> None:
    assert expect.no_changes(report_of()) == []
    assert expect.no_changes(report_of(("update", TASK_TYPE))) != []
    assert expect.no_changes(events.Report(warnings=["old"])) == ["warning: old"]


def test_a_command_that_failed_without_a_message_is_a_complaint() -> None:
    assert expect.worked(report_of(code=1)) == ["exit 1"]


def test_a_first_update_only_creates() -> None:
    assert expect.only_creates(report_of(("create", BUCKET_TYPE))) == []
    assert expect.only_creates(report_of()) == ["nothing was created"]
    assert expect.only_creates(report_of(("create", TASK_TYPE), ("update", BUCKET_TYPE))) == [
        f"update of {BUCKET_TYPE} n"
    ]


def refused(*messages: str, code: int = 1) -> events.Report:
    return events.Report(code, errors=[*messages, "program exited with non-zero exit code: 1"])


def test_a_refusal_is_one_message_that_says_everything() -> None:
    assert wrong.judge(refused("2 problems: cpu, memory"), ("cpu", "memory")) == []
    assert wrong.judge(refused("cpu"), ("memory",)) == ["the message does not say 'memory': cpu"]
    assert wrong.judge(refused("cpu", "memory"), ()) == ["2 messages: cpu | memory"]
    assert wrong.judge(refused("cpu", code=0), ()) == ["exit 0: it was not refused"]
    assert wrong.judge(refused("Traceback (most recent call last)"), ()) == ["the message is a traceback"]


def test_an_upgrade_may_replace_what_carries_nothing() -> None:
    assert upgrade.judge(report_of(("replace", TASK_TYPE), ("update", BUCKET_TYPE))) == []


def test_an_upgrade_that_loses_data_or_renames_a_component_is_told() -> None:
    component = "spot-inference:index:ModelBucket"
    report = report_of(("replace", BUCKET_TYPE), ("delete", component))
    assert upgrade.judge(report) == [f"replace of {BUCKET_TYPE} n", f"delete of {component} n"]


def test_every_change_is_named_once_and_every_operation_is_one_that_is_counted() -> None:
    assert len({change.name for change in changes.CHANGES}) == len(changes.CHANGES)
    words = {
        part.split()[0]
        for change in changes.CHANGES
        for parts in change.expected.values()
        for part in parts.split(", ")
    }
    assert words <= set(table.OPERATIONS)


def test_what_follows_from_a_failed_resource_is_no_error_of_its_own() -> None:
    lines = [said("error", "AccessDenied", BUCKET), said("error", "Detected that plugin exited prematurely.")]
    assert events.read("\n".join(lines)).errors == [f"{BUCKET_TYPE} models-bucket: AccessDenied"]
