"""ModelBucket: a private bucket that keeps every release of every model under an address of its content."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from .base.application import ModelRelease
from .base.arguments import Arguments
from .base.children import Children, outputs_of, token
from .base.model_folders import ModelFolder, read_model_folders
from .base.names import check_name
from .base.policies import deny, policy

# S3 allows 63 characters; the ending is that of the bucket itself.
NAME_LIMIT, BUCKET = 63, "-bucket"
UPLOAD_DAYS = 7


class ModelBucketArgs(TypedDict):
    """Which models are published, and how well the bucket that keeps them is guarded."""

    models: NotRequired[list[str] | None]
    """Folders that each hold a manifest.json and the artifact that it names, relative to the program's
    folder. An artifact whose SHA-256 is not the manifest's is refused before anything is made. Default:
    none."""
    existing_bucket_name: NotRequired[pulumi.Input[str] | None]
    """Bucket that exists already: models are published into it, its settings are left alone. Default: a new
    bucket."""
    force_destroy: NotRequired[bool | None]
    """Whether destroying the bucket deletes what it holds. Default: false, it must be empty then."""
    protect: NotRequired[bool | None]
    """Whether Pulumi refuses to delete the bucket. Default: false."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]] | None]
    """Further tags of everything that is made. Default: none."""


class ModelBucket(pulumi.ComponentResource):
    """A private, versioned, encrypted bucket, reachable by TLS only, with the releases of the given models.

    A release lies under models/<name>/<version>/<digest of its content>/ and is never deleted or overwritten
    by a later one: what a running or rolled-back task needs is still there.
    """

    bucket_name: pulumi.Output[str]
    """Name of the bucket."""
    bucket_arn: pulumi.Output[str]
    """ARN of the bucket."""
    models: pulumi.Output[list[ModelRelease]]
    """The published releases, known once both files of each are uploaded; the `models` of an application."""

    def __init__(self, name: str, args: ModelBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        arguments = Arguments(f"ModelBucket '{name}'", args, ModelBucketArgs)
        check_name(arguments, name, BUCKET, NAME_LIMIT)
        arguments.exclude("existing_bucket_name", ("force_destroy", "protect"))
        force_destroy = arguments.flag("force_destroy")
        protect = arguments.flag("protect")
        tags = arguments.mapping("tags")
        folders = read_model_folders(arguments, arguments.texts("models"))
        arguments.check()
        super().__init__(token("ModelBucket"), name, {}, opts)
        self._children = Children(self, name, tags)

        self._ready: list[pulumi.Resource] = []
        existing = arguments.value("existing_bucket_name")
        if existing is None:
            self._make_bucket(force_destroy=force_destroy, protect=protect)
        else:
            partition = aws.get_partition_output(opts=self._children.lookup).partition
            self.bucket_name = pulumi.Output.from_input(existing)
            self.bucket_arn = pulumi.Output.format("arn:{0}:s3:::{1}", partition, existing)
        self.models = pulumi.Output.all(*[self._publish(folder) for folder in folders])
        self.register_outputs(outputs_of(self))

    def _make_bucket(self, *, force_destroy: bool, protect: bool) -> None:
        name, children = self._children.name, self._children
        bucket = aws.s3.Bucket(
            f"{name}{BUCKET}",
            force_destroy=force_destroy,
            tags=children.tags,
            opts=children.options(protect=protect),
        )
        block = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=children.options(),
        )
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=children.options(),
        )
        encryption = aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=children.options(),
        )
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=children.options(),
        )
        # S3 refuses a policy while the block is being put in place.
        aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=bucket.arn.apply(tls_only),
            opts=children.options(depends_on=[block]),
        )
        # A filter of S3 cannot say "all but models/": no rule ends anything by age.
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.bucket,
            rules=[
                {
                    "id": "abort-unfinished-uploads",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": UPLOAD_DAYS},
                }
            ],
            opts=children.options(depends_on=[versioning]),
        )
        self._ready = [encryption, versioning]
        self.bucket_name, self.bucket_arn = bucket.bucket, bucket.arn

    def _publish(self, model: ModelFolder) -> pulumi.Output[ModelRelease]:
        objects = [
            aws.s3.BucketObjectv2(
                f"{self._children.name}-{model.name}-{kind}",
                bucket=self.bucket_name,
                key=f"{model.prefix}/{file_name}",
                # As the path was given: an absolute one would differ from clone to clone.
                source=pulumi.FileAsset(str(PurePath(model.folder) / file_name)),
                source_hash=sha256,
                content_type=content_type,
                tags=self._children.tags,
                # A newer release takes this one's place in the state, not in the bucket.
                opts=self._children.options(retain_on_delete=True, depends_on=self._ready),
            )
            for kind, (file_name, sha256, content_type) in model.files.items()
        ]

        def release(known: list[str]) -> ModelRelease:
            return {
                "name": model.name,
                "uri": f"s3://{known[0]}/{model.prefix}",
                "version": model.version,
                "sha256": model.sha256,
                "manifest_sha256": model.manifest_sha256,
            }

        # The keys are known already; they stand here so that who reads the release waits for both uploads.
        return pulumi.Output.all(self.bucket_name, *[uploaded.key for uploaded in objects]).apply(release)


def tls_only(bucket_arn: str) -> str:
    """The bucket policy that refuses every request without TLS, and TLS older than 1.2."""
    resources = [bucket_arn, f"{bucket_arn}/*"]
    return policy(
        [
            deny(["s3:*"], resources, Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
            deny(["s3:*"], resources, Principal="*", Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        ]
    )
