"""S3: buckets with what protects them, and the objects in them."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import pulumi

from .rules import Kind, Made, Step


def _of_bucket(call: str, names: dict[str, str], **more: Any) -> Kind:
    """One setting of a bucket: a resource of its own in Pulumi, whose id is the bucket's name."""
    return Kind(Step(f"s3.{call}", names), id=lambda made: made.inputs["bucket"], **more)


def _place(made: Made) -> dict[str, Any]:
    """Where the bucket lies; us-east-1 is S3's default and refused as a name."""
    region = made.aws.region
    return {} if region == "us-east-1" else {"CreateBucketConfiguration.LocationConstraint": region}


def _body(made: Made) -> dict[str, Any]:
    """The bytes of an object: a text, base64, a file or an asset."""
    given = made.inputs
    if "content" in given:
        return {"Body": given["content"].encode()}
    if "contentBase64" in given:
        return {"Body": base64.b64decode(given["contentBase64"])}
    source = given["source"]
    if isinstance(source, pulumi.StringAsset):
        return {"Body": source.text.encode()}
    path = source.path if isinstance(source, pulumi.FileAsset) else source
    return {"Body": Path(path).read_bytes()}


def _entity(made: Made) -> str:
    return hashlib.md5(_body(made)["Body"], usedforsecurity=False).hexdigest()


_BLOCK = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_OBJECT = Kind(
    Step("s3.put_object", {"content": "", "contentBase64": "", "source": "", "tags": "Tagging"}, more=_body),
    id=lambda made: made.inputs["key"],
    outputs={
        "arn": lambda made: f"arn:aws:s3:::{made.inputs['bucket']}/{made.inputs['key']}",
        "versionId": "VersionId",
        "etag": _entity,
    },
    unused={
        "sourceHash": "tells Pulumi when to upload again; S3 never sees it",
        "etag": "tells Pulumi when to upload again; S3 never sees it",
        "forceDestroy": "nothing is destroyed here",
        "tags": "moto keeps an object's tags by another call, and nothing reads them",
    },
)

KINDS = {
    "aws:s3/bucket:Bucket": Kind(
        Step("s3.create_bucket", {"objectLockEnabled": "ObjectLockEnabledForBucket"}, more=_place),
        id=lambda made: made.inputs["bucket"],
        outputs={
            "arn": lambda made: f"arn:aws:s3:::{made.inputs['bucket']}",
            "bucketDomainName": lambda made: f"{made.inputs['bucket']}.s3.amazonaws.com",
            "bucketRegionalDomainName": lambda made: (
                f"{made.inputs['bucket']}.s3.{made.aws.region}.amazonaws.com"
            ),
        },
        then=[
            Step(
                "s3.put_bucket_tagging",
                {"tags": "Tagging.TagSet"},
                more=lambda made: {"Bucket": made.inputs["bucket"]},
            )
        ],
        unused={"forceDestroy": "nothing is destroyed here"},
        named="bucket",
        longest=63,
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _of_bucket("put_bucket_versioning", {}),
    "aws:s3/bucketPolicy:BucketPolicy": _of_bucket("put_bucket_policy", {}),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _of_bucket(
        "put_bucket_encryption", {"rules": "ServerSideEncryptionConfiguration.Rules"}
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _of_bucket(
        "put_public_access_block",
        {key: f"PublicAccessBlockConfiguration.{key}" for key in _BLOCK},
        unused={"skipDestroy": "nothing is destroyed here"},
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _of_bucket(
        "put_bucket_ownership_controls", {"rule": "OwnershipControls.Rules"}
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _of_bucket(
        "put_bucket_lifecycle_configuration", {"rules": "LifecycleConfiguration.Rules"}
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": _OBJECT,
    "aws:s3/bucketObject:BucketObject": _OBJECT,
}
