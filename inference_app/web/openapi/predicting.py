"""The paths that predict, generic or completed by the models' manifests."""

from __future__ import annotations

from collections.abc import Sequence

from ...models.loaded_model import LoadedModel
from ...models.manifest import Manifest
from ...serving.images import FIELD, FORM, TYPES
from ...serving.limits import MAX_ROWS
from .decimals import PLAIN, decimal_pattern
from .objects import TEXT, Json, body, content, list_of, object_of, path_parameter, reference
from .operations import OF_IMAGE, OF_ROWS, OF_TOKEN, operation
from .service import NAME_RULE
from .values import prediction_example, prediction_schema, row_schema, rows_examples, rows_schema

_TAG = "Predictions"
_GET_WITH_BODY = (
    "Earlier clients send the body of POST /predict with a GET and no query:\n\n"
    '```\ncurl -X GET "$URL/predict" -H "Authorization: Bearer $TOKEN" '
    "-H 'Content-Type: application/json' -d '{\"x\": […]}'\n```\n\n"
    "The answer is that of POST. Gateways may drop such a body, and browsers send none."
)
_IMAGE: Json = {"type": "string", "format": "binary"}


def predicting_paths(models: Sequence[LoadedModel] | None, default: str | None) -> Json:
    """The paths; `models` None: generic. With models each has a path of its own."""
    if models is None:
        return {
            "/predict": {
                "get": _get_predict(None),
                "post": _predict("predict", "The default model, for rows", None),
            },
            "/predict_api": {"post": _predict_api(None)},
            "/models/{name}/predict": {
                "parameters": [path_parameter("name", NAME_RULE, "a model's name")],
                "post": _predict("predictByModel", "One model, for rows or an image", None, named=True),
            },
        }
    paths: Json = {}
    manifests = {model.name: model.manifest for model in models}
    numbers = [manifest for manifest in manifests.values() if manifest.lone_number]
    if default in manifests:
        first = manifests[default]
        paths["/predict"] = {"post": _predict("predict", f"The default model, {default}, for rows", first)}
        paths["/predict_api"] = {"post": _predict_api(first)}
    if len(numbers) == 1:
        paths["/predict"] = {"get": _get_predict(numbers[0]), **paths.get("/predict", {})}
    for name, manifest in manifests.items():
        paths[f"/models/{name}/predict"] = {
            "post": _predict(f"predictBy_{name}", manifest.title, manifest, named=True)
        }
    return paths


def predicting_schemas(models: Sequence[LoadedModel] | None) -> Json:
    """The schemas by name; with models the body of each as `<name>.rows`."""
    numbers = list_of({"type": "number"}, minItems=1)
    row: Json = {"anyOf": [{"type": "array"}, {"type": "object"}]}
    share: Json = {"type": "number", "minimum": 0, "maximum": 1}
    forms = [object_of({"instances": list_of(row, minItems=1, maxItems=MAX_ROWS)}, closed=True)]
    forms += [object_of({form: numbers}, closed=True) for form in ("data", "x")]
    record = {"type": "object", "description": "one record by input name", "minProperties": 1}
    of_models = {f"{model.name}.rows": rows_schema(model.manifest) for model in models or ()}
    return of_models | {
        "Rows": {
            "description": "Rows, one row as earlier clients send it, or records by input name",
            "anyOf": [*forms, record],
        },
        "Prediction": object_of(
            {
                "prediction": {"type": "array", "description": "one value a row"},
                "probability": list_of(list_of(share))
                | {"description": "classifiers only: for each row one number a class"},
                "model": TEXT,
                "version": TEXT,
            },
            ("prediction", "model", "version"),
        ),
    }


def _predict(identity: str, summary: str, manifest: Manifest | None, named: bool = False) -> Json:
    codes: tuple[str, ...] = OF_ROWS
    if manifest is None:
        rows, answer = content(reference("Rows")), content(reference("Prediction"))
        rows["application/json"]["example"] = {"instances": [[0, 1, 0, 25]]}
    else:
        rows = content(reference(f"{manifest.name}.rows"), rows_examples(manifest))
        answer = content(prediction_schema(manifest), {"the first example": prediction_example(manifest)})
    if manifest is None or manifest.image:
        rows |= _images()
        codes = (*codes, *OF_IMAGE)
    if named and manifest is None:
        codes = (*codes, "unknown_model")
    return operation(
        _TAG,
        identity,
        summary,
        answer,
        codes,
        headers=("X-Model",),
        description=manifest.description if manifest else "Images are for models that take one.",
        requestBody=body(rows),
    )


def _images() -> Json:
    form = content(object_of({FIELD: _IMAGE}, closed=True), kind=FORM)
    form[FORM]["encoding"] = {FIELD: {"contentType": ", ".join(TYPES)}}
    return {kind: {"schema": _IMAGE} for kind in TYPES} | form


def _get_predict(manifest: Manifest | None) -> Json:
    item = manifest.lone_number if manifest else None
    pattern = decimal_pattern(item) if item else PLAIN
    example = "3" if manifest is None else _decimal(manifest)
    schema: Json = {"type": "string", "pattern": pattern}
    answer = object_of({"prediction": list_of({} if manifest is None else _value(manifest), minItems=1)})
    examples = None
    if manifest:
        examples = {"the first example": {"prediction": [manifest.document["examples"][0]["prediction"]]}}
    return operation(
        _TAG,
        "predictOne",
        "The service's only one-number model, for one number",
        content(answer, examples),
        (*OF_TOKEN, "invalid_input", "ambiguous_model"),
        headers=("X-Model",),
        description=_GET_WITH_BODY,
        parameters=[
            {
                "name": "input",
                "in": "query",
                "required": True,
                "description": f"a plain decimal{f': {item.description}' if item else ''}",
                "schema": schema,
                "example": example,
            }
        ],
    )


def _predict_api(manifest: Manifest | None) -> Json:
    row = list_of({"type": "number"}, minItems=1) if manifest is None else row_schema(manifest)
    sent: Json = {"data": [0, 1, 0, 25]}
    schema, answered = TEXT, "1"
    if manifest is not None:
        first = manifest.document["examples"][0]
        sent, answered = {"data": first["instance"]}, str(first["prediction"])
        if manifest.output.kind == "class":
            schema = {"enum": [str(value) for value in manifest.output.classes]}
    return operation(
        _TAG,
        "predictClass",
        "The default model, for one row; the class (or the number) as a string",
        content(schema, {"the first example": answered}),
        OF_ROWS,
        headers=("X-Model",),
        requestBody=body(content(object_of({"data": row}, closed=True), {"the first example": sent})),
    )


def _value(manifest: Manifest) -> Json:
    return {"enum": list(manifest.output.classes)} if manifest.output.kind == "class" else {"type": "number"}


def _decimal(manifest: Manifest) -> str:
    values = [example.instance[0] for example in manifest.examples]
    return f"{float(values[len(values) // 2]):f}".rstrip("0").rstrip(".")
