"""ECR repositories, and the image that nobody builds here: a manifest with its digest takes its place."""

import hashlib
import json
from pathlib import Path
from typing import Any

from components.base.build_context import hash_of

from .rules import Kind, Made, Step

_DOCKER = "application/vnd.docker"
_MANIFEST = f"{_DOCKER}.distribution.manifest.v2+json"


def manifest_for(content: str, platform: str) -> str:
    """An image manifest that stands for a build context, `content` its hash: same content, same digest."""
    layer = "sha256:" + hashlib.sha256(f"{content} {platform}".encode()).hexdigest()
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            "config": {"mediaType": f"{_DOCKER}.container.image.v1+json", "size": 0, "digest": layer},
            # moto makes the image's digest of those of its layers.
            "layers": [{"mediaType": f"{_DOCKER}.image.rootfs.diff.tar.gzip", "size": 0, "digest": layer}],
        },
        sort_keys=True,
    )


def _put_image(made: Made) -> dict[str, Any]:
    """Puts the manifest where the build would be pushed, so that who asks ECR for the image finds it."""
    given = made.inputs
    content = hash_of(Path(given["context"]["location"]))
    manifest = manifest_for(content, ",".join(given.get("platforms", [])))
    repository, _, tag = given["tags"][0].partition("/")[2].partition(":")
    answer = made.aws.call(
        "ecr.put_image",
        repositoryName=repository,
        imageTag=tag,
        imageManifest=manifest,
        imageManifestMediaType=_MANIFEST,
    )
    digest = answer["image"]["imageId"]["imageDigest"]
    return {"digest": digest, "ref": f"{given['tags'][0]}@{digest}", "contextHash": content}


_NO_BUILD = "nothing is built: there may be no Docker here, and the application runs as a process"
KINDS = {
    "aws:ecr/repository:Repository": Kind(
        Step("ecr.create_repository", {"name": "repositoryName"}),
        found="repository",
        id="repositoryName",
        outputs={"arn": "repositoryArn", "registryId": "registryId", "repositoryUrl": "repositoryUri"},
        unused={"forceDelete": "nothing is destroyed here"},
        named="name",
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Kind(
        Step("ecr.put_lifecycle_policy", {"repository": "repositoryName", "policy": "lifecyclePolicyText"}),
        id="repositoryName",
    ),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": Kind(
        Step("ecr.set_repository_policy", {"repository": "repositoryName", "policy": "policyText"}),
        id="repositoryName",
    ),
    "docker-build:index:Image": Kind(
        Step(names=dict.fromkeys(("context", "tags", "platforms"), ""), run=_put_image),
        id="digest",
        outputs={"digest": "digest", "ref": "ref", "contextHash": "contextHash"},
        unused=dict.fromkeys(
            (
                *("dockerfile", "buildArgs", "push", "load", "registries", "buildOnPreview", "exec", "pull"),
                *("noCache", "cacheFrom", "cacheTo", "target", "labels", "network", "builder", "exports"),
            ),
            _NO_BUILD,
        ),
    ),
}
