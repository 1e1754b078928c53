"""InferenceImage: the application's image, built and pushed inside the run, known by its digest."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws
import pulumi_docker_build as docker
import pulumi_random as random

from .base.arguments import Arguments
from .base.build_context import ContextError, hash_of
from .base.children import Children, outputs_of, token
from .base.names import check_name
from .base.policies import allow, policy

# ECR allows 256 characters and lower-case letters only; the ending is that of the repository.
NAME_LIMIT, REPOSITORY = 256, "-repository"
PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
# The package beside this one, by the name under which this one was imported.
APPLICATIONS = {"components": "inference_app", "spot_inference": "spot_inference_app"}
UNTAGGED_DAYS = 14


class InferenceImageArgs(TypedDict):
    """What is built, for which processor, and how many earlier images stay."""

    context: NotRequired[str | None]
    """Folder with the Dockerfile to build, relative to the program's folder. Its .dockerignore may use `*`,
    `?`, `**` and `!`. Default: the application that came with this library."""
    architecture: NotRequired[str | None]
    """Processor: X86_64 or ARM64, the same as that of the services that run the image. Default: X86_64."""
    python_image: NotRequired[str | None]
    """Base image, handed to the Dockerfile as the build argument PYTHON_IMAGE. Default: the
    Dockerfile's own."""
    keep_images: NotRequired[int | None]
    """Images that stay in the repository, the newest ones, 2 to 1000: rollbacks and Spot restarts need the
    earlier ones. Default: 30."""
    force_delete: NotRequired[bool | None]
    """Whether destroying the repository deletes its images. Default: false, it must be empty then."""
    protect: NotRequired[bool | None]
    """Whether Pulumi refuses to delete the repository. Default: false."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]] | None]
    """Further tags of everything that is made. Default: none."""


class InferenceImage(pulumi.ComponentResource):
    """A private ECR repository whose tags cannot be moved, and one image in it, built for one platform."""

    image_uri: pulumi.Output[str]
    """The image by digest, <repository>@sha256:…, for ECS and for Lambda."""
    repository_name: pulumi.Output[str]
    """Name of the repository."""
    repository_url: pulumi.Output[str]
    """Address of the repository, without tag or digest."""

    def __init__(
        self, name: str, args: InferenceImageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        arguments = Arguments(f"InferenceImage '{name}'", args, InferenceImageArgs)
        check_name(arguments, name, REPOSITORY, NAME_LIMIT)
        context = arguments.text("context", _own_application())
        platform = PLATFORMS[arguments.text("architecture", "X86_64", choices=PLATFORMS)]
        python_image = arguments.text("python_image")
        keep_images = arguments.whole("keep_images", 30, minimum=2, maximum=1000)
        force_delete = arguments.flag("force_delete")
        protect = arguments.flag("protect")
        tags = arguments.mapping("tags")
        try:
            content = hash_of(Path(context))
        except ContextError as error:
            arguments.problem(f"context: {error}")
        arguments.check()
        super().__init__(token("InferenceImage"), name, {}, opts)
        self._children = Children(self, name, tags)

        repository = aws.ecr.Repository(
            f"{name}{REPOSITORY}",
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "AES256"}],
            force_delete=force_delete,
            tags=self._children.tags,
            opts=self._children.options(protect=protect),
        )
        aws.ecr.LifecyclePolicy(
            f"{name}-lifecycle",
            repository=repository.name,
            policy=lifecycle(keep_images),
            opts=self._children.options(),
        )
        lambda_may_pull = aws.ecr.RepositoryPolicy(
            f"{name}-lambda-pull",
            repository=repository.name,
            policy=repository.arn.apply(pull_by_lambda),
            opts=self._children.options(),
        )
        build_args = {"PYTHON_IMAGE": python_image} if python_image else {}
        image = self._build(repository, context, content, platform, build_args, lambda_may_pull)

        self.image_uri = pulumi.Output.format("{0}@{1}", repository.repository_url, image.digest)
        self.repository_name = repository.name
        self.repository_url = repository.repository_url
        self.register_outputs(outputs_of(self))

    def _build(
        self,
        repository: aws.ecr.Repository,
        context: str,
        content: str,
        platform: str,
        build_args: dict[str, str],
        lambda_may_pull: pulumi.Resource,
    ) -> docker.Image:
        name, children = self._children.name, self._children
        digest = input_hash(content, platform, build_args)
        # Going back to an earlier content is a new build, and the earlier tag cannot be moved to it: each
        # change gets a tag of its own, by whatever makes the builder build again and by nothing else.
        build = random.RandomId(
            f"{name}-build",
            byte_length=4,
            keepers={"content": digest, "context": context},
            opts=children.options(),
        )
        login = aws.ecr.get_authorization_token_output(
            registry_id=repository.registry_id, opts=children.lookup
        )
        return docker.Image(
            f"{name}-image",
            context={"location": context},
            dockerfile={"location": f"{context}/Dockerfile"},
            platforms=[docker.Platform(platform)],
            build_args=build_args or None,
            tags=[
                pulumi.Output.format("{0}:{1}-{2}", repository.repository_url, digest[:12], build.hex),
            ],
            registries=[
                {
                    "address": repository.repository_url,
                    "username": login.user_name,
                    "password": pulumi.Output.secret(login.password),
                }
            ],
            push=True,
            build_on_preview=False,
            # The builder deletes what it replaced, while tasks still run it; the lifecycle policy cleans up.
            opts=children.options(retain_on_delete=True, depends_on=[lambda_may_pull]),
        )


def input_hash(content: str, platform: str, build_args: Mapping[str, str]) -> str:
    """The hash of everything that decides what an image holds, in hexadecimal digits."""
    inputs = json.dumps([content, platform, build_args], sort_keys=True)
    return hashlib.sha256(inputs.encode("utf-8")).hexdigest()


def lifecycle(keep_images: int) -> str:
    """The lifecycle policy: the newest tagged images stay, an untagged one for two weeks."""

    def expire(priority: int, description: str, **selection: object) -> dict[str, object]:
        return {
            "rulePriority": priority,
            "description": description,
            "selection": selection,
            "action": {"type": "expire"},
        }

    untagged = expire(
        1,
        f"untagged images after {UNTAGGED_DAYS} days",
        tagStatus="untagged",
        countType="sinceImagePushed",
        countUnit="days",
        countNumber=UNTAGGED_DAYS,
    )
    tagged = expire(
        2,
        f"tagged images but the newest {keep_images}",
        tagStatus="tagged",
        tagPatternList=["*"],
        countType="imageCountMoreThan",
        countNumber=keep_images,
    )
    return json.dumps({"rules": [untagged, tagged]}, sort_keys=True)


def pull_by_lambda(repository_arn: str) -> str:
    """The repository policy that lets Lambda pull for the functions of this account and region.

    Lambda would add it by itself, out of sight of this program, if whoever creates the function may do so.
    """
    _, partition, _, region, account, _ = repository_arn.split(":", 5)
    functions = f"arn:{partition}:lambda:{region}:{account}:function:*"
    statement = allow(
        ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        [],
        Principal={"Service": "lambda.amazonaws.com"},
        Condition={"StringLike": {"aws:sourceArn": functions}},
    )
    del statement["Resource"]  # a repository's policy is about that repository
    return policy([statement])


def _own_application() -> str:
    """The application beside this package, relative to the program's folder; empty where there is none.

    An absolute path would make a laptop and a build server rebuild for each other.
    """
    package = Path(__file__).resolve().parent
    application = package.parent / APPLICATIONS.get(package.name, "inference_app")
    return os.path.relpath(application)
