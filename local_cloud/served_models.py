"""The models in the embedded bucket: their manifests say what a request and its answer look like."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .aws import Aws


@dataclass(frozen=True)
class ServedModel:
    """One model and its manifest."""

    name: str
    version: str
    sha256: str
    manifest: Mapping[str, Any]

    @property
    def example(self) -> Mapping[str, Any]:
        """The first of the manifest's examples: instance, prediction and, for classes, probability."""
        example: Mapping[str, Any] = self.manifest["examples"][0]
        return example

    @property
    def takes_one_number(self) -> bool:
        """Whether its only input is a single number, which a query can carry."""
        inputs = self.manifest["inputs"]
        return len(inputs) == 1 and inputs[0]["kind"] == "number" and "shape" not in inputs[0]

    @property
    def image(self) -> Mapping[str, Any]:
        """The image that it takes; empty where it takes none."""
        first: Mapping[str, Any] = self.manifest["inputs"][0]
        return first if first["kind"] == "image" else {}

    @property
    def record(self) -> dict[str, Any]:
        """The example by name: the choices where there are any, else the inputs."""
        names = [column["name"] for column in self.manifest["inputs"]]
        values = dict(zip(names, self.example["instance"], strict=True))
        record: dict[str, Any] = {}
        for choice in self.manifest.get("choices", []):
            chosen = [values.pop(name) for name in choice["inputs"]].index(1.0)
            record[choice["name"]] = choice["values"][chosen]
        return {**record, **values}


def read_models(aws: Aws, environment: Mapping[str, str]) -> tuple[list[ServedModel], ServedModel]:
    """The models that an application's environment names, and the one that answers where no name is given."""
    models = []
    for release in json.loads(environment["MODELS"]):
        bucket, _, folder = release["uri"].removeprefix("s3://").partition("/")
        stored = aws.call("s3.get_object", Bucket=bucket, Key=f"{folder}/manifest.json")["Body"].read()
        models.append(ServedModel(release["name"], release["version"], release["sha256"], json.loads(stored)))
    default = environment.get("DEFAULT_MODEL", models[0].name)
    return models, next(model for model in models if model.name == default)
