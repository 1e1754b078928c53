"""The bucket is private, and what it keeps is found by its content."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.model_bucket import ModelBucket, ModelBucketArgs
from local_cloud.recording import Graph
from tests.infra.base.test_model_folders import ARTIFACT, SHA256, make_folder
from tests.support.fake_aws import graph_of, refusal

BUCKET = "models-bucket-1a2b3c4"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"


def bucket(args: ModelBucketArgs) -> Graph:
    def program() -> None:
        made = ModelBucket("models", args)
        pulumi.export("models", made.models)
        pulumi.export("arn", made.bucket_arn)

    return graph_of(program)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return make_folder(tmp_path / "line")


def inputs(graph: Graph, kind: str) -> dict[str, Any]:
    """Inputs of the only resource of that kind, which must be about the bucket."""
    found = graph.one(f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}").inputs
    assert found.pop("bucket") == BUCKET
    return found


def test_nothing_is_public() -> None:
    graph = bucket({})
    assert inputs(graph, "BucketPublicAccessBlock") == {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    assert inputs(graph, "BucketOwnershipControls") == {"rule": {"objectOwnership": "BucketOwnerEnforced"}}


def test_everything_is_encrypted_and_has_versions() -> None:
    graph = bucket({})
    assert inputs(graph, "BucketServerSideEncryptionConfiguration") == {
        "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    }
    assert inputs(graph, "BucketVersioning") == {"versioningConfiguration": {"status": "Enabled"}}


def test_requests_without_tls_or_with_an_old_one_are_denied_to_everybody() -> None:
    document = json.loads(inputs(bucket({}), "BucketPolicy")["policy"])
    everything = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*"],
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
    }
    assert document["Statement"] == [
        {**everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {**everything, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
    ]


def test_the_policy_waits_for_the_public_access_block() -> None:
    graph = bucket({})
    block = graph.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
    assert block.urn in graph.one("aws:s3/bucketPolicy:BucketPolicy").dependencies


def test_no_model_ends_by_age() -> None:
    (rule,) = inputs(bucket({}), "BucketLifecycleConfiguration")["rules"]
    assert rule == {
        "id": "abort-unfinished-uploads",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
    }


def test_a_release_is_two_files_under_the_digest_of_both(folder: str) -> None:
    graph = bucket({"models": [folder]})
    manifest_sha256 = hashlib.sha256(Path(folder, "manifest.json").read_bytes()).hexdigest()
    prefix = f"models/line/1.0.0/{hashlib.sha256((SHA256 + manifest_sha256).encode()).hexdigest()}"
    artifact = graph.one(OBJECT, "models-line-artifact")
    manifest = graph.one(OBJECT, "models-line-manifest")
    assert len(graph.of_type(OBJECT)) == 2
    assert (artifact.inputs["key"], artifact.inputs["sourceHash"]) == (f"{prefix}/model.joblib", SHA256)
    assert (manifest.inputs["key"], manifest.inputs["sourceHash"]) == (
        f"{prefix}/manifest.json",
        manifest_sha256,
    )
    assert {resource.inputs["bucket"] for resource in (artifact, manifest)} == {BUCKET}
    assert graph.exports["models"] == [
        {
            "name": "line",
            "uri": f"s3://{BUCKET}/{prefix}",
            "version": "1.0.0",
            "sha256": SHA256,
            "manifest_sha256": manifest_sha256,
        }
    ]


def test_a_release_stays_in_the_bucket_when_it_leaves_the_state(folder: str) -> None:
    kept = bucket({"models": [folder], "protect": True}).of_type(OBJECT)
    assert [resource.retain_on_delete for resource in kept] == [True, True]
    # Protected ones could not make room for the next release.
    assert [resource.protect for resource in kept] == [False, False]


def test_a_release_waits_for_versions_and_encryption(folder: str) -> None:
    graph = bucket({"models": [folder]})
    wanted = {
        graph.one("aws:s3/bucketVersioning:BucketVersioning").urn,
        graph.one(
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
        ).urn,
    }
    assert [wanted <= set(resource.dependencies) for resource in graph.of_type(OBJECT)] == [True, True]


def test_files_are_uploaded_from_the_path_as_given(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An absolute path would be another input in each clone."""
    monkeypatch.chdir(Path(folder).parent)
    source = bucket({"models": ["line"]}).one(OBJECT, "models-line-artifact").inputs["source"]
    assert source.path == "line/model.joblib"
    assert Path(source.path).read_bytes() == ARTIFACT


@pytest.mark.parametrize("protect", [True, False])
def test_the_bucket_is_protected_as_wanted(protect: bool) -> None:
    graph = bucket({"protect": protect})
    assert [r.name for r in graph.resources if r.protect] == (["models-bucket"] if protect else [])


@pytest.mark.parametrize(("args", "force"), [({}, False), ({"force_destroy": True}, True)])
def test_a_bucket_that_holds_models_is_emptied_only_on_demand(args: ModelBucketArgs, force: bool) -> None:
    assert bucket(args).one("aws:s3/bucket:Bucket").inputs["forceDestroy"] is force


def test_an_existing_bucket_gets_the_models_and_no_other_setting(folder: str) -> None:
    graph = bucket({"existing_bucket_name": "ours", "models": [folder]})
    assert {r.type for r in graph.resources if r.custom} == {OBJECT}
    assert {r.inputs["bucket"] for r in graph.of_type(OBJECT)} == {"ours"}
    assert graph.exports["arn"] == "arn:aws:s3:::ours"
    assert graph.exports["models"][0]["uri"].startswith("s3://ours/models/line/1.0.0/")


def test_an_existing_bucket_is_not_configured() -> None:
    message = refusal(
        lambda: ModelBucket(
            "models", {"existing_bucket_name": "ours", "force_destroy": True, "protect": True}
        )
    )
    assert message.endswith("existing_bucket_name cannot stand beside force_destroy, protect")


def test_a_changed_artifact_is_refused_before_anything_is_made(folder: str) -> None:
    with Path(folder, "model.joblib").open("ab") as artifact:
        artifact.write(b"!")
    found = hashlib.sha256(ARTIFACT + b"!").hexdigest()
    assert refusal(lambda: ModelBucket("models", {"models": [folder]})) == (
        "ModelBucket 'models': 1 problem with its arguments\n"
        f"  - {folder}/model.joblib has the SHA-256 {found}, its manifest.json says {SHA256}"
    )


def test_a_name_that_s3_would_refuse_is_refused() -> None:
    assert "must have at most 48 characters" in refusal(lambda: ModelBucket("m" * 49, {}))
    assert "lower-case" in refusal(lambda: ModelBucket("Models", {}))
