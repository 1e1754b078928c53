"""Buckets, secrets and roles."""

from pathlib import Path
from typing import Any

import pulumi

from .case import POLICY, TRUST, Case, case


def storage(folder: Path) -> list[Case]:
    """S3, Secrets Manager and IAM."""
    bucket = {"Bucket": "b-1"}

    def of_bucket(kind: str, inputs: dict[str, Any], call: str, path: str, meant: Any) -> Case:
        type_ = f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}"
        return case(type_, kind, {"bucket": "b-1", **inputs}, f"s3.{call}", bucket, path, meant)

    return [
        case(
            "aws:s3/bucket:Bucket",
            "bucket",
            {"bucket": "b-1", "tags": {"team": "a"}, "forceDestroy": True},
            *("s3.get_bucket_tagging", bucket, "TagSet", [{"Key": "team", "Value": "a"}]),
        ),
        of_bucket(
            "BucketVersioning",
            {"versioningConfiguration": {"status": "Enabled"}},
            *("get_bucket_versioning", "Status", "Enabled"),
        ),
        of_bucket(
            "BucketServerSideEncryptionConfiguration",
            {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
            "get_bucket_encryption",
            "ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm",
            "AES256",
        ),
        of_bucket(
            "BucketPublicAccessBlock",
            {"blockPublicAcls": True, "blockPublicPolicy": True, "restrictPublicBuckets": False},
            "get_public_access_block",
            "PublicAccessBlockConfiguration.[BlockPublicAcls, BlockPublicPolicy, RestrictPublicBuckets]",
            [True, True, False],
        ),
        of_bucket(
            "BucketOwnershipControls",
            {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
            *("get_bucket_ownership_controls", "OwnershipControls.Rules[0].ObjectOwnership"),
            "BucketOwnerEnforced",
        ),
        of_bucket(
            "BucketLifecycleConfiguration",
            {
                "rules": [
                    {
                        "id": "r",
                        "status": "Enabled",
                        "filter": {"prefix": ""},
                        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7.0},
                    }
                ]
            },
            "get_bucket_lifecycle_configuration",
            "Rules[0].AbortIncompleteMultipartUpload.DaysAfterInitiation",
            7,
        ),
        of_bucket("BucketPolicy", {"policy": POLICY}, "get_bucket_policy", "Policy", POLICY),
        case(
            "aws:s3/bucketObjectv2:BucketObjectv2",
            "object",
            {
                "bucket": "b-1",
                "key": "k",
                "source": pulumi.FileAsset(str(folder / "Dockerfile")),
                "sourceHash": "h",
                "contentType": "text/plain",
                "tags": {"team": "a"},
            },
            "s3.head_object",
            {**bucket, "Key": "k"},
            "[ContentLength, ContentType, VersionId]",
            lambda world: [13, "text/plain", world["object"]["versionId"]],
        ),
        case(
            "aws:s3/bucketObject:BucketObject",
            "older-object",
            {"bucket": "b-1", "key": "old", "content": "ä"},
            *("s3.head_object", {**bucket, "Key": "old"}, "ContentLength", 2),
        ),
        case(
            "aws:secretsmanager/secret:Secret",
            "secret",
            {"description": "d", "recoveryWindowInDays": 0, "tags": {"team": "a"}},
            "secretsmanager.describe_secret",
            lambda world: {"SecretId": world["secret"]["arn"]},
            "[Description, Tags[0].Value, starts_with(Name, 'secret-')]",
            ["d", "a", True],
        ),
        case(
            "aws:secretsmanager/secretVersion:SecretVersion",
            "version",
            lambda world: {"secretId": world["secret"]["arn"], "secretString": "s"},
            "secretsmanager.get_secret_value",
            lambda world: {"SecretId": world["secret"]["arn"]},
            "[SecretString, VersionId]",
            lambda world: ["s", world["version"]["versionId"]],
        ),
        case(
            "aws:secretsmanager/secretPolicy:SecretPolicy",
            "secret-policy",
            lambda world: {"secretArn": world["secret"]["arn"], "policy": POLICY},
            "secretsmanager.get_resource_policy",
            lambda world: {"SecretId": world["secret"]["arn"]},
            "ResourcePolicy",
            POLICY,
        ),
        *_iam(),
    ]


def _iam() -> list[Case]:
    return [
        case(
            "aws:iam/policy:Policy",
            "policy",
            {"policy": POLICY, "description": "d"},
            "iam.get_policy",
            lambda world: {"PolicyArn": world["policy"]["arn"]},
            "Policy.Description",
            "d",
        ),
        case(
            "aws:iam/role:Role",
            "role",
            lambda world: {
                "assumeRolePolicy": TRUST,
                "tags": {"team": "a"},
                "managedPolicyArns": [world["policy"]["arn"]],
            },
            "iam.get_role",
            lambda world: {"RoleName": world["role"]["name"]},
            "Role.[Arn, Tags[0].Value]",
            lambda world: [world["role"]["arn"], "a"],
        ),
        case(
            "aws:iam/rolePolicy:RolePolicy",
            "role-policy",
            lambda world: {"role": world["role"]["id"], "policy": POLICY},
            "iam.get_role_policy",
            lambda world: {"RoleName": world["role"]["id"], "PolicyName": world["role-policy"]["name"]},
            "PolicyDocument.Statement[0].Action",
            ["s3:GetObject"],
        ),
        case(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "attachment",
            lambda world: {"role": world["role"]["id"], "policyArn": world["policy"]["arn"]},
            "iam.list_attached_role_policies",
            lambda world: {"RoleName": world["role"]["id"]},
            "AttachedPolicies[].PolicyArn",
            lambda world: [world["policy"]["arn"]],
        ),
    ]
